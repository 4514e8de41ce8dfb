import Foundation
import SkewlabEngine
import SkewlabExperiments
import SkewlabNumerics
import SkewlabScenarios
import Testing

/// Shares of whole simulations, against what theory says they are.
@Suite struct AttributionTests {
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path
  /// Six independent standard features; every row is fitted.
  static let rows = 400, beta = [0.9, -0.7, 0.8, 0.5, 1.1, -0.6]
  static func world(replicates: Int, seed: Int = 11, discrepancies: [DocumentNode]) -> ScenarioDocument {
    [
      "name": "additive", "seed": .integer(seed), "cycles": 1, "rows": .integer(rows), "replicates": .integer(replicates),
      "evaluation": ["share": 0.0],
      "world": ["kind": "gaussian", "features": 6, "coefficients": .numbers(beta), "intercept": 0.3, "noise": 1.0],
      "metrics": ["loss"], "retraining": "never", "discrepancies": DocumentNode(.list(discrepancies)),
    ]
  }

  /// What x′ = (1+D)x + h + u of one feature costs, u of variance s².
  ///
  /// P1 and P5 given the fit w: the loss grows by w²(D² + h² + s²) − 2D(β − w)w, other terms being odd in independent, centred features, and nothing
  /// depends on two features. With n Gaussian rows and an intercept E w = β and Var w = v = σ²/(n − d − 2) [n, as **v** in THEORY]. So the expected effects add up, and are
  /// (β² + v)(D² + h² + s²) + 2Dv each.
  static func effect(_ feature: Int, factor: Double = 1, offset: Double = 0, deviation: Double = 0) -> Double {
    let d = factor - 1, v = 1 / Double(rows - 6 - 2)
    return (beta[feature] * beta[feature] + v) * (d * d + offset * offset + deviation * deviation) + 2 * d * v
  }

  static let discrepancies: [DocumentNode] = [
    ["kind": "unit", "id": "one", "features": ["x1"], "factor": 1.4, "cause": "data-handling"],
    ["kind": "unit", "id": "two", "features": ["x2"], "factor": 0.5, "cause": "buggy-version"],
    ["kind": "feature-noise", "features": ["x3"], "sd": 0.6, "cause": "reimplementation"],
    ["kind": "unit", "id": "four", "features": ["x4"], "factor": 1.0, "offset": 0.8, "cause": "data-shift"],
  ]
  /// In the order of the causes: data-handling, data-shift, buggy-version, reimplementation.
  static let effects = [effect(0, factor: 1.4), effect(3, offset: 0.8), effect(1, factor: 0.5), effect(2, deviation: 0.6)]

  /// Four standard errors over 200 replicates (Student t: a false alarm once in 11,000 checks), which have to see a tenth of the effect.
  func expect(_ interval: MeanInterval, _ expected: Double, resolving: Double, _ what: String) {
    #expect(
      abs(interval.mean - expected) < 4 * interval.standardError,
      "\(what): \(interval.mean) ± \(interval.standardError) instead of \(expected)")
    #expect(8 * interval.standardError < resolving, "\(what): no power, standard error \(interval.standardError)")
  }

  @Test func `where effects add up, shares are the effects, and there are no interactions`() throws {
    let attribution = try Attribution(Self.world(replicates: 400, discrepancies: Self.discrepancies))
    #expect(attribution.players.map(\.name) == ["data-handling", "data-shift", "buggy-version", "reimplementation"])
    #expect(attribution.experiment.arms.count == 16)
    let estimates = try #require(attribution.estimates(attribution.experiment.run().summary, cycle: 1))
    for (player, effect) in Self.effects.enumerated() {
      expect(estimates.shares[player], effect, resolving: 0.35 * effect, attribution.players[player].name)
      expect(estimates.singles[player], effect, resolving: 0.35 * effect, "alone: " + attribution.players[player].name)
    }
    // v of one fit with an intercept [n].
    let n = Double(Self.rows)
    expect(estimates.none, 1 / n + (n + 1) / n * 6 / (n - 8), resolving: 0.02, "the estimation error")
    for (pair, interaction) in zip(attribution.plan.pairs, estimates.interactions) {
      expect(interaction, 0, resolving: 0.1, "\(attribution.players[pair.0].name) × \(attribution.players[pair.1].name)")
    }
    expect(estimates.missed, 0, resolving: 0.1, "what single effects miss")
  }

  /// Factors a and b on one feature are a factor ab: P1 with D = ab − 1. What they do together and not apart is
  /// (β² + v)[(ab−1)² − (a−1)² − (b−1)²] + 2v[(ab−1) − (a−1) − (b−1)]; each has half of it, and what it does alone. A third player elsewhere has no part in it.
  @Test func `two factors on one feature interact as theory says, and with nobody else`() throws {
    let a = 1.5, b = 1.3
    let attribution = try Attribution(
      Self.world(
        replicates: 400,
        discrepancies: [
          ["kind": "unit", "id": "first", "features": ["x1"], "factor": .number(a), "cause": "data-handling"],
          ["kind": "unit", "id": "second", "features": ["x1"], "factor": .number(b), "cause": "buggy-version"],
          ["kind": "unit", "id": "other", "features": ["x5"], "factor": 0.7, "cause": "reimplementation"],
        ]))
    let estimates = try #require(attribution.estimates(attribution.experiment.run().summary, cycle: 1))
    let one = Self.effect(0, factor: a), two = Self.effect(0, factor: b), both = Self.effect(0, factor: a * b)
    let together = both - one - two
    expect(estimates.interactions[0], together, resolving: 0.3 * together, "the two")
    expect(estimates.interactions[1], 0, resolving: 0.3 * together, "the first and the other")
    expect(estimates.interactions[2], 0, resolving: 0.3 * together, "the second and the other")
    expect(estimates.shares[0], one + together / 2, resolving: 0.3 * one, "the first")
    expect(estimates.shares[1], two + together / 2, resolving: 0.3 * one, "the second")
    expect(estimates.missed, together, resolving: 0.3 * together, "what single effects miss")
    #expect(try #require(estimates.interactions[0].low) > 0)
  }

  @Test func `shares sum to the difference that they share`() throws {
    let attribution = try Attribution(Self.world(replicates: 5, discrepancies: Self.discrepancies), by: .component)
    let summary = attribution.experiment.run().summary
    for metric in summary.columns {
      guard let estimates = attribution.estimates(summary, cycle: 1, metric: metric) else { continue }
      let sum = estimates.shares.reduce(0) { $0 + $1.mean }
      #expect(abs(sum - estimates.total.mean) <= 1e-9 * max(1, abs(estimates.total.mean)), "\(metric)")
      let difference = try #require(summary.difference(arm: "all", minus: "none", cycle: 1, metric: metric))
      #expect(abs(difference.mean - estimates.total.mean) <= 1e-12, "\(metric)")
    }
  }

  /// One acts never, one on the log of no row, and one is a factor of 1: in `add` there is a fourth, which makes logs that kept moments keep rows.
  @Test(arguments: [false, true]) func `a player that does nothing gets exactly 0`(hasTraining: Bool) throws {
    var discrepancies: [DocumentNode] = [
      ["kind": "unit", "id": "late", "features": ["x1"], "factor": 3.0, "from": 5],
      ["kind": "unit", "id": "same", "features": ["x2"], "factor": 1.0],
      ["kind": "unit", "id": "acts", "features": ["x3"], "factor": 0.8],
    ]
    if hasTraining { discrepancies.append(["kind": "dropped-rows", "share": 0.0]) }
    var document = Self.world(replicates: 3, discrepancies: discrepancies)
    document.root["feedback"] = [["kind": "label-follows-prediction", "strength": 0.0]]
    document.root["cycles"] = 3
    document.root["retraining"] = ["every": 1]
    document.root["evaluation"] = ["share": 0.2]
    let attribution = try Attribution(document, by: .component), summary = attribution.experiment.run().summary
    for metric in ["excess_loss", "served_loss", "offline_loss"] {
      let estimates = try #require(attribution.estimates(summary, cycle: 3, metric: metric))
      for (player, share) in zip(attribution.players, estimates.shares) where player.name != "discrepancy/acts" {
        #expect(share.mean == 0 && share.standardDeviation == 0, "\(player.name) by \(metric)")
      }
    }
    #expect(try #require(attribution.estimates(summary, cycle: 3)).shares.contains { $0.mean > 0.001 })
  }

  /// Every discrepancy that `screen` tries on these houses, beginning after the last cycle, beside a loop that acts: whatever it makes the engine prepare, no bit moves.
  @Test func `no kind of discrepancy does anything before it begins`() throws {
    var document = try ScenarioDocument(contentsOf: Self.root + "/scenarios/house-prices.yaml")
    document.root["arms"] = nil
    document.root["replicates"] = 1
    document.root["cycles"] = 3
    document.root["rows"] = 300
    document.root["world"]?["draw"] = "bootstrap"
    var late: [DocumentNode] = []
    for arm in try Screen(document).experiment.arms.dropFirst() {
      var node = try #require(arm.document.root["discrepancies"]?.items?.last)
      node["from"] = 4
      late.append(node)
    }
    #expect(late.count > 15)
    document.root["discrepancies"] = DocumentNode(.list(late))
    let attribution = try Attribution(document, by: .component, permutations: 4), summary = attribution.experiment.run().summary
    for metric in ["excess_loss", "served_loss", "offline_loss"] {
      let estimates = try #require(attribution.estimates(summary, cycle: 3, metric: metric))
      for (player, share) in zip(attribution.players, estimates.shares) {
        #expect((share.mean == 0) == (player.name != "response/anchoring"), "\(player.name) by \(metric): \(share.mean)")
      }
    }
  }

  @Test func `two players that do the same get the same bits`() throws {
    let attribution = try Attribution(
      Self.world(
        replicates: 4,
        discrepancies: [
          ["kind": "unit", "id": "a", "features": ["x1"], "factor": 2.0], ["kind": "unit", "id": "b", "features": ["x2"], "factor": 0.7],
          ["kind": "unit", "id": "c", "features": ["x1"], "factor": 2.0],
        ]), by: .component)
    let estimates = try #require(attribution.estimates(attribution.experiment.run().summary, cycle: 1))
    #expect(estimates.shares[0] == estimates.shares[2] && estimates.shares[0] != estimates.shares[1])
    #expect(estimates.interactions[0] == estimates.interactions[2])
  }

  @Test func `switching one off moves nobody else's random numbers`() throws {
    var document = Self.world(
      replicates: 2,
      discrepancies: [
        ["kind": "unit", "features": ["x1"], "factor": 2.0], ["kind": "feature-noise", "features": ["x2"], "sd": 0.5],
        ["kind": "feature-noise", "id": "more", "features": ["x3"], "sd": 0.5],
      ])
    let attribution = try Attribution(document, by: .component), summary = attribution.experiment.run().summary
    document.root["discrepancies"] = [["kind": "feature-noise", "id": "more", "features": ["x3"], "sd": 0.5]]
    let alone = try Experiment(document).run().summary.replicates(arm: 0, cycle: 1, metric: "untouched_loss").compactMap { $0 }
    let arm = try #require(summary.arms.firstIndex(of: "discrepancy/more"))
    let shared = summary.replicates(arm: arm, cycle: 1, metric: "untouched_loss").compactMap { $0 }
    // The log of an attribution may keep rows where this one keeps moments: the fits differ by rounding.
    for (a, b) in zip(alone, shared) { #expect(abs(a - b) < 1e-12) }
  }

  @Test func `more than eight players are sampled, with the error of sampling beside the interval`() throws {
    let discrepancies = (0..<9).map { index -> DocumentNode in
      ["kind": "unit", "id": .string("u\(index)"), "features": .texts(["x\(index % 6 + 1)"]), "factor": .number(1 + 0.1 * Double(index))]
    }
    let document = Self.world(replicates: 4, discrepancies: discrepancies)
    let attribution = try Attribution(document, by: .component, permutations: 8)
    #expect(attribution.plan.orders.count == 8)
    #expect(try Attribution(document, by: .component).plan.orders.count == Attribution.defaultPermutations)
    let estimates = try #require(attribution.estimates(attribution.experiment.run().summary, cycle: 1))
    #expect(estimates.shares[0].mean == 0 && estimates.samplingErrors[0] == 0)
    #expect(abs(estimates.shares.reduce(0) { $0 + $1.mean } - estimates.total.mean) < 1e-9)
    #expect(estimates.interactions.isEmpty)
    // Two factors on each of x1, x2, x3: interactions in pairs only, which orders and their reverses share out exactly, but for interactions with the estimation error.
    #expect(estimates.samplingErrors.allSatisfy { $0 < 0.01 })
  }

  @Test func `where a subset diverges there are no intervals, and it is named`() throws {
    var document = Self.world(replicates: 3, discrepancies: [["kind": "unit", "features": ["x1"], "factor": 1.2]])
    document.root["cycles"] = 300
    document.root["rows"] = 60
    document.root["retraining"] = ["every": 1]
    document.root["feedback"] = [["kind": "label-follows-prediction", "strength": 3.0]]
    let attribution = try Attribution(document), summary = attribution.experiment.run().summary
    #expect(attribution.ended(summary) == ["feedback", "all"])
    let last = attribution.lastCycle(summary)
    #expect(last < 300)
    let early = try #require(attribution.estimates(summary, cycle: 2))
    #expect(early.total.n == 3 && early.total.low == nil && early.shares.allSatisfy { $0.low == nil })
    #expect(attribution.estimates(summary, cycle: 300) == nil)
    #expect(attribution.csv(summary).split(separator: "\n").allSatisfy { !$0.contains("nan") && !$0.contains("inf") })
  }

  /// P1 and P5 at the true weights: alone w²E(x′ − x)², and of the two that meet in price 1.4² − 0.2² − 1² = 0.92 together. The fit's error moves these by 0.4 % at most: v = 1/1,600,
  /// effects (β² + v)D² + 2Dv. Four standard errors over 32 replicates (Student t: a false alarm once in 2,700 checks).
  @Test func `the scenario attribution-additive has the shares that its text works out`() throws {
    let attribution = try Attribution(ScenarioDocument(contentsOf: Self.root + "/scenarios/attribution-additive.yaml"))
    let estimates = try #require(attribution.estimates(attribution.experiment.run().summary, cycle: 3))
    func check(_ interval: MeanInterval, _ expected: Double, _ what: String) {
      #expect(
        abs(interval.mean - expected) < 4 * interval.standardError + 0.004 * abs(expected),
        "\(what): \(interval.mean) instead of \(expected)")
    }
    #expect(attribution.players.map(\.name) == ["data-handling", "data-shift", "buggy-version", "reimplementation"])
    for (player, (share, alone)) in zip([0.50, 0.09, 1.46, 0.09], [0.04, 0.09, 1.00, 0.09]).enumerated() {
      check(estimates.shares[player], share, attribution.players[player].name)
      check(estimates.singles[player], alone, "alone: " + attribution.players[player].name)
    }
    check(estimates.missed, 0.92, "what single effects miss")
    for (pair, interaction) in zip(attribution.plan.pairs, estimates.interactions) {
      check(interaction, pair == (0, 2) ? 0.92 : 0, "\(pair)")
    }
  }

  /// A quarter of the scenario's replicates: all but the noisiest two shares are above zero by their intervals already.
  @Test func `six things that go wrong at once are shared out, and the bug costs more in the loop than alone`() throws {
    var document = try ScenarioDocument(contentsOf: Self.root + "/scenarios/six-causes.yaml")
    document.root["replicates"] = 8
    let attribution = try Attribution(document), summary = attribution.experiment.run().summary
    #expect(attribution.players.map(\.name) == Cause.allCases.map(\.rawValue))
    #expect(attribution.experiment.arms.count == 64 && attribution.ended(summary).isEmpty)
    let estimates = try #require(attribution.estimates(summary, cycle: 28))
    let sum = estimates.shares.reduce(0) { $0 + $1.mean }
    #expect(abs(sum - estimates.total.mean) < 1e-9)
    #expect(estimates.shares.allSatisfy { $0.mean > 0 })
    func place(_ cause: Cause) throws -> Int { try #require(Cause.allCases.firstIndex(of: cause)) }
    for cause in [Cause.dataHandling, .feedback, .buggyVersion, .reimplementation] {
      #expect(try #require(estimates.shares[place(cause)].low) > 0, "\(cause)")
    }
    let bug = try place(.buggyVersion), feedback = try place(.feedback)
    #expect(try #require(estimates.shares[bug].low) > #require(estimates.singles[bug].high))
    let pair = try #require(attribution.plan.pairs.firstIndex { $0 == (feedback, bug) })
    #expect(try #require(estimates.interactions[pair].low) > 0)
  }

  // MARK: Coverage

  /// Student's intervals of normal v's are exact: of 4,000 repetitions 95 ± 1.4 % cover (4 standard errors of √(0.95·0.05/4000)), for each of 4 shares and 6 interactions.
  @Test func `intervals of normal values cover the truth 95 times in 100`() {
    let plan = CoalitionPlan(allOf: 4), truth = CooperativeGameTests.random(4, 9)
    let game = CooperativeGame(players: 4, values: truth), ordered = plan.coalitions.map { truth[$0] }
    let shares = game.shapleyValues(), interactions = plan.pairs.map { game.interaction($0, $1) }
    let stream = RandomStream(seed: 5, name: "test/coverage/noise")
    let repetitions = 4000, replicates = 8
    var covered = Array(repeating: 0, count: shares.count + interactions.count)
    for repetition in 0..<repetitions {
      let games = (0..<replicates).map { replicate in
        zip(ordered, stream.normals(count: 16, at: .init(replicate: repetition, cycle: replicate))).map { $0 + $1 }
      }
      let estimates = AttributionEstimates(plan, games: games)
      for (k, (interval, value)) in zip(estimates.shares + estimates.interactions, shares + interactions).enumerated() {
        if let low = interval.low, let high = interval.high, low <= value, value <= high { covered[k] += 1 }
      }
    }
    for count in covered { #expect(abs(Double(count) / Double(repetitions) - 0.95) < 0.014, "\(count)") }
  }

  /// Whole simulations: 1,200 repetitions of an attribution with 16 replicates each, and the expected effects in closed form. Between 93 and 97 of 100 cover: 3.2 standard
  /// errors of a share of 1,200, plus half a percent by which intervals of values that are not quite normal may fall short.
  @Test func `intervals of simulated shares cover the closed form`() throws {
    let repetitions = 1200, replicates = 16
    let attribution = try Attribution(
      Self.world(replicates: repetitions * replicates, discrepancies: [Self.discrepancies[0], Self.discrepancies[1]]))
    let summary = attribution.experiment.run().summary
    let values = summary.arms.indices.map { summary.replicates(arm: $0, cycle: 1, metric: "excess_loss").compactMap { $0 } }
    var covered = [0, 0, 0]
    let expected = [Self.effects[0], Self.effects[2], 0]
    for repetition in 0..<repetitions {
      let games = (0..<replicates).map { replicate in values.map { $0[repetition * replicates + replicate] } }
      let estimates = AttributionEstimates(attribution.plan, games: games)
      for (k, (interval, value)) in zip(estimates.shares + estimates.interactions, expected).enumerated() {
        if let low = interval.low, let high = interval.high, low <= value, value <= high { covered[k] += 1 }
      }
    }
    for count in covered { #expect((0.93...0.97).contains(Double(count) / Double(repetitions)), "\(count)") }
  }

  // MARK: What is refused, and which scenario it is

  func message(
    _ document: ScenarioDocument, by: Attribution.Grouping = .cause, arm: String? = nil, metric: String = "excess_loss",
    permutations: Int? = nil
  )
    -> String
  {
    do throws(ScenarioError) {
      _ = try Attribution(document, by: by, arm: arm, metric: metric, permutations: permutations)
      return "accepted"
    } catch { return error.description }
  }

  @Test func `what cannot be attributed is refused with what can`() {
    let plain = Self.world(replicates: 1, discrepancies: [])
    #expect(message(plain).hasPrefix("no cause is present in the scenario, so that there is nothing to share; give it a shift"))
    var document = Self.world(replicates: 1, discrepancies: Self.discrepancies)
    document.root["arms"] = [["name": "off", "set": ["discrepancies": []]], ["name": "on"]]
    #expect(message(document, arm: "onn") == "arms: there is no arm 'onn'; did you mean 'on'?; there are: off, on")
    #expect(message(document, arm: "off").hasPrefix("no cause is present in arm 'off'"))
    #expect(
      message(document, metric: "exces_loss").hasPrefix(
        "metrics: there is no column of every subset 'exces_loss'; did you mean 'excess_loss'?; there are: served_loss"))
    #expect(
      message(document, permutations: 5) == "5 is out of range; allowed: an even number of orders from 4: each comes with its reverse")
    #expect(message(document, arm: "on") == "accepted")
  }

  @Test func `an arm is attributed as its patch makes it`() throws {
    var document = Self.world(replicates: 2, discrepancies: Self.discrepancies)
    document.root["arms"] = [["name": "two", "remove": ["discrepancies.feature-noise", "discrepancies.four"]]]
    #expect(try Attribution(document).players.count == 4)
    #expect(try Attribution(document, arm: "two").players.map(\.name) == ["data-handling", "buggy-version"])
  }

  @Test func `a table in order of time is a data shift, and off it is drawn from its first period`() throws {
    var document = try ScenarioDocument(contentsOf: Self.root + "/scenarios/house-prices.yaml")
    document.root["replicates"] = 2
    document.root["cycles"] = 40
    document.root["world"]?["first-period"] = 625
    let attribution = try Attribution(document, by: .component, arm: "strong")
    #expect(attribution.players.map(\.name) == ["world/order", "response/anchoring"])
    #expect(
      attribution.experiment.arms.map { $0.document.root["world"]?["draw"]?.text } == [
        "first-period", "in-order", "first-period", "in-order",
      ])
    #expect(try Attribution(document, arm: "strong").players.map(\.name) == ["data-shift", "feedback"])
    // The table has rows for 28 cycles, its first period for any number: shares end with the table, and no run counts as lost.
    let summary = attribution.experiment.run().summary
    #expect(attribution.lastCycle(summary) == 28 && attribution.ended(summary).isEmpty)
    let estimates = try #require(attribution.estimates(summary, cycle: 28))
    #expect(estimates.total.n == 2 && estimates.total.low != nil)
  }

  @Test func `a runtime is a player that instant answers stand in for`() throws {
    var document = Self.world(replicates: 2, discrepancies: [["kind": "unit", "features": ["x1"], "factor": 1.2]])
    document.root["runtime"] = ["kind": "queue", "arrivals": 50.0, "service": ["exponential": 12.0], "deadline": 50.0]
    let attribution = try Attribution(document)
    #expect(attribution.players.map(\.name) == ["data-handling", "slow-version"])
    #expect(attribution.players[1].components == ["runtime/queue"])
    #expect(attribution.experiment.arms.map(\.name) == ["none", "data-handling", "slow-version", "all"])
    #expect(attribution.experiment.arms.map { $0.scenario.runtime.id } == ["instant", "instant", "queue", "queue"])
  }
}
