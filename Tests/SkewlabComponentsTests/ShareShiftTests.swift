import SkewlabComponents
import SkewlabEngine
import SkewlabNumerics
import Testing

/// Shifts of covariances, shares, labels, and of what is missing, on synthetic worlds.
@Suite struct ShareShiftTests {
  /// Sample correlation, standard deviations and means of two columns.
  static func moments(_ rows: Rows, _ a: Int, _ b: Int) -> (correlation: Double, sds: [Double], means: [Double]) {
    var moments = Moments(dimension: rows.schema.count)
    moments.add(rows.features, rows: 0..<rows.count)
    let s = moments.covariance()
    return (s[a, b] / (s[a, a] * s[b, b]).squareRoot(), [s[a, a].squareRoot(), s[b, b].squareRoot()], [moments.mean[a], moments.mean[b]])
  }

  /// Of normal rows a sample correlation is off by (1 − ρ²)/√n, a standard deviation by sd/√(2n). Over 200,000 rows; five errors.
  @Test(arguments: ["gaussian", "autoregressive"])
  func `two features come to correlate, and keep their means and deviations`(_ world: String) throws {
    var node = try #require(ShiftTests.worlds[world])
    if world == "autoregressive" { node["autocorrelation"] = 0.0 }
    let shifts: DocumentNode = [["kind": "covariance", "feature": "x1", "with": "x3", "change": 0.6]]
    let shifted = try scenario(("world", node), ("rows", 200_000), ("shifts", shifts))
    let before = draw(shifted, 0..<200_000, cycle: 1), after = drawShifted(shifted, 0..<200_000, cycle: 1)
    #expect(before.features.column(1) == after.features.column(1) && before.features.column(2) == after.features.column(2))
    let found = Self.moments(after, 0, 2)
    #expect(abs(found.correlation - 0.6) < fiveErrors * 0.64 / 200_000.0.squareRoot(), "they were uncorrelated")
    #expect(
      abs(found.sds[0] - 2) < fiveErrors * 2 / 400_000.0.squareRoot() && abs(found.means[0] - 1) < fiveErrors * 2 / 200_000.0.squareRoot())
    // x1 and x2 had covariance 1, correlation ρ = 1/√8, x2 and x3 0.5: now 0.8·ρ + 0.6·0.5/√2.
    let expected = 0.8 / 8.0.squareRoot() + 0.6 * 0.5 / 2.0.squareRoot()
    #expect(abs(Self.moments(after, 0, 1).correlation - expected) < fiveErrors / 200_000.0.squareRoot())
    for i in stride(from: 0, to: 200_000, by: 997) {
      let moved = after.features[i, 0] - before.features[i, 0]
      #expect(abs(after.outcomes[i] - before.outcomes[i] - moved) < 1e-12, "the outcome follows with β₁ = 1")
    }
  }

  @Test func `features that correlate already reach the correlation of the definition`() throws {
    let world: DocumentNode = ["kind": "gaussian", "features": 2, "covariance": ["explicit": [[4, 1.2], [1.2, 1]]]]
    let shifts: DocumentNode = [["kind": "covariance", "feature": "x2", "with": "x1", "change": -0.5]]
    let after = drawShifted(try scenario(("world", world), ("rows", 200_000), ("shifts", shifts)), 0..<200_000, cycle: 1)
    let found = Self.moments(after, 0, 1), rest = 0.75.squareRoot()
    let expected = (-0.5 + rest * 0.6) / (1 - rest * 0.6).squareRoot()
    #expect(abs(found.correlation - expected) < fiveErrors / 200_000.0.squareRoot())
    #expect(abs(found.sds[1] - 1) < fiveErrors / 400_000.0.squareRoot())
  }

  @Test func `the groups of a mixture have the shares asked for, and as few rows as possible change theirs`() throws {
    let groups: DocumentNode = [
      ["name": "a", "share": 5, "mean": 0.0], ["name": "b", "share": 3, "mean": 4.0], ["name": "c", "share": 2, "mean": 9.0],
    ]
    let shifts: DocumentNode = [["kind": "group-share", "group": "c", "change": 0.4]]
    let count = 100_000
    let shifted = try scenario(
      ("world", ["kind": "mixture", "features": 1, "groups": groups]), ("rows", .integer(count)), ("shifts", shifts))
    let before = draw(shifted, 0..<count, cycle: 1), after = drawShifted(shifted, 0..<count, cycle: 1)
    for (group, share) in [0.25, 0.15, 0.6].enumerated() {
      let found = Double(after.groups.filter { $0 == group }.count) / Double(count)
      #expect(abs(found - share) < fiveErrors * (share * (1 - share) / Double(count)).squareRoot(), "group \(group): \(found)")
    }
    let moved = (0..<count).filter { before.groups[$0] != after.groups[$0] }
    // The total variation distance of the shares is the least share that has to move.
    #expect(abs(Double(moved.count) / Double(count) - 0.4) < fiveErrors * (0.24 / Double(count)).squareRoot())
    #expect(moved.allSatisfy { after.groups[$0] == 2 })
    for i in (0..<count) where before.groups[i] == after.groups[i] {
      #expect(before.features[i, 0] == after.features[i, 0] && before.outcomes[i] == after.outcomes[i])
    }
  }

  @Test func `levels have the frequencies asked for, together, and outcomes are those of the levels`() throws {
    let world: DocumentNode = [
      "kind": "categorical", "noise": 0, "hour": false,
      "features": [["name": "channel", "levels": ["app", "shop", "web"], "frequencies": [5, 2, 3], "effects": [0, 1, -0.5]]],
    ]
    let shifts: DocumentNode = [
      ["kind": "category-frequency", "id": "shop", "feature": "channel", "level": "shop", "change": 0.2],
      ["kind": "category-frequency", "id": "web", "feature": "channel", "level": "web", "change": -0.1],
    ]
    let count = 100_000
    let shifted = try scenario(("world", world), ("pipeline", ["one-hot"]), ("rows", .integer(count)), ("shifts", shifts))
    let after = drawShifted(shifted, 0..<count, cycle: 1)
    for (level, share) in [0.4, 0.4, 0.2].enumerated() {
      let found = Double((0..<count).filter { after.features[$0, 0] == Double(level) }.count) / Double(count)
      #expect(abs(found - share) < fiveErrors * (share * (1 - share) / Double(count)).squareRoot(), "level \(level): \(found)")
    }
    #expect((0..<count).allSatisfy { after.outcomes[$0] == [0, 1, -0.5][Int(after.features[$0, 0])] })
    #expect(Array(after.bestPredictions.prefix(count)) == Array(after.outcomes.prefix(count)))
  }

  /// Label shift: P(y = 1) moves, x given y stays, also its correlations; the best predictor is that of the new joint law.
  @Test(arguments: ["logistic", "linear"]) func `the share of labels moves, and features given the label stay`(_ link: String) throws {
    let world: DocumentNode = [
      "kind": "gaussian", "features": 2, "mean": [0.5, -1], "covariance": ["explicit": [[1, 0.5], [0.5, 2]]], "coefficients": [1, -0.5],
      "intercept": -0.5, "outcome": "binary", "link": .string(link),
    ]
    let count = 200_000, change = -0.25
    let shifted = try scenario(
      ("world", world), ("rows", .integer(count)), ("shifts", [["kind": "label-share", "change": .number(change)]]))
    let before = draw(shifted, 0..<count, cycle: 1), after = drawShifted(shifted, 0..<count, cycle: 1)
    func rows(_ rows: Rows, label: Double) -> [Int] { (0..<count).filter { rows.outcomes[$0] == label } }
    let shares = [before, after].map { Double(rows($0, label: 1).count) / Double(count) }
    #expect(abs(shares[1] - shares[0] - change) < fiveErrors * (0.5 / Double(count)).squareRoot(), "\(shares)")
    for label in [0.0, 1] {
      for (what, f) in [
        ("x1", { $0[0] }), ("x2", { $0[1] }), ("x1x2", { $0[0] * $0[1] }), ("x2²", { $0[1] * $0[1] }),
      ] as [(String, ([Double]) -> Double)] {
        let means = [before, after].map { drawn in
          let values = rows(drawn, label: label).map { f([drawn.features[$0, 0], drawn.features[$0, 1]]) }
          let mean = values.reduce(0, +) / Double(values.count)
          let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
          return (mean: mean, variance: variance / Double(values.count))
        }
        let error = (means[0].variance + means[1].variance).squareRoot()
        #expect(abs(means[0].mean - means[1].mean) < fiveErrors * error, "\(what) of label \(label)")
      }
    }
    #expect((0..<count).filter { before.features[$0, 0] == after.features[$0, 0] }.count > Int(0.7 * Double(count)))
    // The residual of the best predictor is orthogonal to the features under the new law.
    let best = try #require(
      shifted.world.component.bestPredictor(
        replicate: 0,
        conditions: {
          var conditions = WorldConditions(features: 2)
          conditions.shareOffsets[.label] = change
          return conditions
        }()))
    for f in [{ _ in 1 }, { $0[0] }, { $0[1] }] as [([Double]) -> Double] {
      let products = (0..<count).map { i in
        let x = [after.features[i, 0], after.features[i, 1]]
        return (after.outcomes[i] - best.intercept - dot(best.weights, x)) * f(x)
      }
      let mean = products.reduce(0, +) / Double(count)
      let error = (products.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }).squareRoot() / Double(count)
      #expect(abs(mean) < fiveErrors * error)
    }
  }

  @Test func `values go missing at their rate, more of them at a higher one, and nothing else changes`() throws {
    func run(_ shifts: DocumentNode) throws -> (records: [CycleRecord], scenario: Scenario) {
      let made = try scenario(
        ("rows", 50_000), ("cycles", 3), ("pipeline", ["impute"]), ("shifts", shifts), ("retraining", "never"), ("evaluation", ["share": 0])
      )
      var simulation = Simulation(made)
      return (simulation.run(), made)
    }
    let none = try run([]), few = try run([["kind": "missing-rate", "feature": "x2", "change": 0.1]])
    let same = try run([["kind": "missing-rate", "feature": "x2", "change": 0]])
    // The log keeps rows instead of moments where gaps may come: sums in another order.
    for (a, b) in zip(none.records, same.records) {
      for column in ["untouched_loss", "best_loss"] where a[column] != nil {
        expectClose(try #require(b[column]), try #require(a[column]), relative: 1e-12)
      }
    }
    #expect(none.records.map { $0["best_loss"] } == few.records.map { $0["best_loss"] }, "the best predictor reads complete rows")
    // β₂² = 1/5, unit variance, filled with a mean near 0: 0.02. Its sd over 150,000 rows is 2√0.02·σ/√150,000 = 0.0007; five of them.
    let excess = try (1...3).map { try #require(few.records[$0]["excess_loss"]) }.reduce(0, +) / 3
    #expect(abs(excess - 0.02) < 0.004, "P2: \(excess)")
    #expect(few.scenario.schema.columns.map(\.mayBeMissing) == [false, true, false, false, false])
  }

  /// Groups that all stay move nobody: the rows served are those of the twin, drawn again.
  @Test func `rows of groups that respond have the gaps of the twin`() throws {
    var simulation = Simulation(
      try scenario(
        ("world", ["kind": "mixture", "features": 1]), ("pipeline", ["impute"]), ("shifts", [["kind": "missing-rate", "change": 0.5]]),
        ("feedback", [["kind": "participation", "steepness": 0, "inflow": 0]])))
    let records = simulation.run()
    #expect(records.count == 3 && records.dropFirst().allSatisfy { $0["served_loss"] != nil && $0["served_loss"] == $0["untouched_loss"] })
  }

  @Test func `shares that several shifts bring to 0 or 1 are reached but for rounding`() throws {
    let groups: DocumentNode = [["name": "a", "share": 0.7], ["name": "b", "share": 0.3]]
    let shifts: DocumentNode = [
      ["kind": "group-share", "id": "first", "group": "b", "change": -0.1],
      ["kind": "group-share", "id": "second", "group": "b", "change": -0.2],
    ]
    let shifted = try scenario(("world", ["kind": "mixture", "features": 1, "groups": groups]), ("shifts", shifts))
    #expect(drawShifted(shifted, 0..<100, cycle: 1).groups == Array(repeating: 0, count: 100))
  }

  @Test func `a shift of size zero changes no bit of any record`() throws {
    let shifts: [(DocumentNode, DocumentNode)] = [
      (["kind": "mean", "change": 0], "gaussian"), (["kind": "scale", "change": 0], "mixture"),
      (["kind": "covariance", "feature": "x1", "with": "x2", "change": 0], "autoregressive"),
      (["kind": "coefficient", "change": 0], "nonlinear"),
      (["kind": "intercept", "change": 0], "gaussian"), (["kind": "noise", "change": 0], "mixture"),
      (["kind": "group-share", "group": "minority", "change": 0], "mixture"),
      (["kind": "category-frequency", "feature": "channel", "level": "app", "change": 0], "categorical"),
      (["kind": "label-share", "change": 0], ["kind": "gaussian", "outcome": "binary"]),
    ]
    for (shift, world) in shifts {
      let runs = try [[], DocumentNode(.list([shift]))].map { shifts in
        var simulation = Simulation(try scenario(("world", world), ("pipeline", ["one-hot"]), ("shifts", shifts)))
        return simulation.run()
      }
      #expect(runs[0].map(\.values) == runs[1].map(\.values), "\(shift.json())")
    }
  }
}
