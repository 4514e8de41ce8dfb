import Foundation
import SkewlabComponents
import SkewlabEngine
import SkewlabNumerics
import SkewlabTheory
import Testing

/// THEORY.md, **F12**: two groups at ±D, sizes N′ = N·ν(loss) + inflow, squared loss; balance is lost where ν₀ + 2D²|ν′| > 1.
@Suite struct ParticipationTests {
  /// Two groups whose outcome is D or −D, give or take σ; the model is the mean of the last cycle's outcomes.
  struct Market: Sendable {
    let distance: Double, noise: Double, steepness: Double, stays: Double, start: Double

    /// A market at this multiple of the limit of its balance: ν₀(1 + 2D²·steepness) = limit, with ν′ = −steepness·ν₀.
    init(limit: Double, distance: Double, noise: Double, steepness: Double, start: Double) {
      (self.distance, self.noise, self.steepness, self.start) = (distance, noise, steepness, start)
      stays = limit / (1 + 2 * distance * distance * steepness)
    }

    /// ν at no loss: ν₀e^(steepness·(σ² + D²)).
    var most: Double { stays * exp(steepness * (noise * noise + distance * distance)) }
    /// What keeps two halves as they are.
    var inflow: Double { 0.5 * (1 - stays) }

    /// The share of the first group in cycles 0…N: the model of a cycle is the mean of the cycle before.
    func shares(cycles: Int) -> [Double] {
      var sizes = [start, 1 - start], shares = [start], model = 0.0
      for cycle in 0...cycles {
        let share = sizes[0] / (sizes[0] + sizes[1])
        if cycle > 0 {
          shares.append(share)
          for (group, truth) in [distance, -distance].enumerated() {
            let loss = noise * noise + (truth - model) * (truth - model)
            sizes[group] = sizes[group] * most * exp(-steepness * loss) + inflow
          }
        }
        model = distance * (2 * share - 1)
      }
      return shares
    }

    func document(seed: Int, cycles: Int, rows: Int) -> ScenarioDocument {
      var document = scenario(
        seed: seed, cycles: cycles, rows: rows,
        world: [
          "kind": "mixture", "features": 1, "noise": .number(noise),
          "groups": [
            ["name": "up", "share": .number(start), "coefficients": 0, "intercept": .number(distance)],
            ["name": "down", "share": .number(1 - start), "coefficients": 0, "intercept": .number(-distance)],
          ],
        ],
        feedback: [["kind": "participation", "most": .number(most), "steepness": .number(steepness), "inflow": .number(inflow)]],
        learner: "constant")
      document.root["metrics"] = ["loss", "group-loss"]
      return document
    }
  }

  /// A run of a mixture of one feature under this response.
  static func run(_ participation: DocumentNode, groups: DocumentNode? = nil) throws -> (records: [CycleRecord], ending: RunEnding?) {
    var world: DocumentNode = ["kind": "mixture", "features": 1], node = participation
    if let groups { world["groups"] = groups }
    node["kind"] = "participation"
    var document = scenario(seed: 12, cycles: 4, rows: 2000, world: world, feedback: [node], learner: "ols")
    document.root["metrics"] = ["loss", "group-loss"]
    var simulation = Simulation(try Scenario(document, catalog: .standard))
    return (simulation.run(), simulation.ending)
  }

  @Test func `a run ends when every group has left`() throws {
    let gone = try Self.run(["most": 0, "inflow": 0])
    #expect(gone.records.count == 2 && gone.ending == .everyoneLeft(cycle: 2))
    // e^(−800·loss) is below the least number that there is, the noise alone has a loss of 1.
    #expect(try Self.run(["steepness": 800, "inflow": 0]).ending == .everyoneLeft(cycle: 2))
    #expect(try Self.run(["steepness": 0, "inflow": 1e308]).ending == .diverged(cycle: 2))
  }

  @Test func `a group of nobody joins by its inflow, and one of hardly anybody too`() throws {
    for share in [0, 1e-300] {
      let groups: DocumentNode = [["name": "a", "share": 1], ["name": "b", "share": .number(share), "mean": 2]]
      let joined = try Self.run(["steepness": 0, "inflow": [0, 0.5]], groups: groups)
      // Sizes 1 and 0.5 in cycle 2, 1 and 1 in cycle 3. Of 2,000 rows a share is found to 0.0112 at most; five of them.
      for (cycle, expected) in [(1, 0), (2, 1.0 / 3), (3, 0.5)] {
        let found = joined.records[cycle]["group_share_b"] ?? .nan
        #expect(abs(found - expected) < 0.056, "cycle \(cycle), share \(share): \(found)")
      }
    }
  }

  static func market(_ limit: Double, start: Double = 0.55) -> Market {
    Market(limit: limit, distance: 1, noise: 0.5, steepness: 0.6, start: start)
  }

  /// [≈ linearised] The model is a cycle late, so that a small deviation grows by z with z² = ν₀z + 2D²|ν′|: below 1 exactly where ν₀ + 2D²|ν′| is. Random markets.
  @Test(arguments: [0.98, 1.02]) func `near balance the population grows by the root of the linearised map`(limit: Double) {
    for index in 0..<6 {
      let numbers = RandomStream(seed: 12, name: "participation/\(index)").uniforms(count: 3, at: .init(replicate: 0, cycle: 0))
      let market = Market(limit: limit, distance: 0.5 + numbers[0], noise: numbers[1], steepness: 0.1 + 0.4 * numbers[2], start: 0.5 + 1e-7)
      let shares = market.shares(cycles: 60)
      let slope = limit - market.stays, z = (market.stays + (market.stays * market.stays + 4 * slope).squareRoot()) / 2
      // Deviations of 1e-7 are seen to 1e-16 of ½, a relative 2e-9 in each of two; what is not linear is of their square.
      #expect(abs((shares[60] - 0.5) / (shares[59] - 0.5) - z) < 1e-8)
      #expect((z < 1) == (limit < 1))
    }
  }

  /// [pop] Curves of groups against a simulation, where noise differs between groups, shares shift, and outcomes follow the prediction too.
  @Test func `expected losses of groups are those of a simulation`() async throws {
    var document = scenario(
      seed: 1203, cycles: 6, rows: 8000,
      world: [
        "kind": "mixture", "features": 2, "noise": ["shape": "heteroscedastic", "sd": 1.0, "slope": 2.0],
        "groups": [
          ["name": "a", "share": 0.5], ["name": "b", "share": 0.3, "mean": [2.0, 0.0], "intercept": 1.0],
          ["name": "c", "share": 0.2, "mean": -1.0, "covariance": ["autoregressive": 0.5], "coefficients": [0.0, 2.0]],
        ],
      ],
      feedback: [
        ["kind": "participation", "retention": "logistic", "most": 0.9, "steepness": 1.0, "midpoint": 2.0, "inflow": [0.1, 0.2, 0.1]],
        ["kind": "label-follows-prediction", "strength": 0.3],
      ])
    document.root["metrics"] = ["group-loss"]
    document.root["shifts"] = [
      ["kind": "group-share", "group": "c", "change": 0.1, "profile": ["kind": "step", "from": 3]],
      ["kind": "scale", "feature": "x1", "change": 0.5, "profile": ["kind": "step", "from": 2]],
    ]
    let curve = try #require(ExpectedCurve(Scenario(document, catalog: .standard)))
    let columns = ["share", "served_loss", "untouched_loss"].flatMap { side in ["a", "b", "c"].map { "group_\(side)_\($0)" } }
    let found = try await replicates(200, of: document) { path in columns.map { path.value($0, cycle: 6) } }
    let expected = try columns.map { try #require(curve.value($0, cycle: 6)).value }
    // What three parameters fitted on 8,000 rows add to losses of at most 6, and what noisy shares bend.
    expectMeans(found, equal: expected, resolving: 0.17, approximationErrors: expected.map { _ in 0.006 }, "groups in cycle 6")
  }

  @Test(arguments: [0.98, 1.02]) func `a simulation tells a market inside the limit from one outside`(limit: Double) async throws {
    let market = Self.market(limit), cycles = 60
    let values = try await replicates(200, of: market.document(seed: limit < 1 ? 1201 : 1202, cycles: cycles, rows: 8000)) { path in
      (
        middle: path.value("group_share_up", cycle: 20), late: path.value("group_share_up", cycle: cycles),
        loss: path.value("group_served_loss_down", cycle: 20), untouched: path.value("group_untouched_loss_down", cycle: 20)
      )
    }
    let expected = market.shares(cycles: cycles)
    // The noise of 8,000 rows moves a share by 0.002 a cycle and 0.02 in all, which bends a mean by less than its square.
    expectMean(values.map(\.middle), equals: expected[20], resolving: 0.012, approximationError: 0.0005, "share after 20 cycles")
    expectMean(values.map(\.late), equals: expected[cycles], resolving: 0.025, approximationError: 0.0005, "share after 60 cycles")
    #expect((expected[cycles] - 0.5 < 0.05) == (limit < 1))
    #expect(abs(expected[cycles] - 0.55) > 0.025, "the two are further apart than what the simulation resolves")
    // The smaller group's loss: σ² + (D + θ)², θ from the shares of cycle 19; untouched, the same model on a group that is the same.
    let model = 2 * expected[19] - 1, loss = 0.25 + (1 + model) * (1 + model)
    expectMean(values.map(\.loss), equals: loss, resolving: 0.06, approximationError: 0.001, "loss of the smaller group")
    expectMean(values.map(\.untouched), equals: loss, resolving: 0.06, approximationError: 0.001, "its untouched loss")
  }
}
