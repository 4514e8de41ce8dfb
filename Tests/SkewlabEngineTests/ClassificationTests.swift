import Foundation
import SkewlabComponents
import SkewlabEngine
import SkewlabNumerics
import Testing

/// A loop of probabilities, written out by hand beside the simulation.
@Suite struct ClassificationTests {
  static func document(_ changes: [(String, DocumentNode)] = []) -> ScenarioDocument {
    var document: ScenarioDocument = [
      "seed": 11, "cycles": 2, "rows": 2500,
      "world": ["kind": "gaussian", "features": 2, "coefficients": [1, -0.5], "intercept": -0.3, "outcome": "binary"],
      "pipeline": ["standardize"], "learner": ["kind": "logistic", "penalty": 0],
    ]
    for (key, node) in changes { document.root[key] = node }
    return document
  }

  /// Sums of 2,500 terms in another order.
  static let summed = 1e-12

  static func logLoss(_ p: [Double], _ y: [Double]) -> Double {
    zip(p, y).reduce(0) { $0 - ($1.1 == 1 ? log($1.0) : log(1 - $1.0)) } / Double(y.count)
  }

  /// Rows of a cycle and what a predictor on raw features says of them.
  static func rows(_ scenario: Scenario, cycle: Int) -> Rows {
    let world = scenario.world.component
    var rows = Rows(schema: world.schema, capacity: scenario.rows, hasIdentities: world.everyRow != nil)
    world.draw(
      0..<scenario.rows, at: .init(replicate: 0, cycle: cycle), conditions: WorldConditions(features: world.schema.count), into: &rows)
    return rows
  }

  @Test func `losses and metrics are those of the probabilities served`() throws {
    let scenario = try Scenario(Self.document(), catalog: .standard)
    var simulation = Simulation(scenario)
    _ = simulation.step()
    for cycle in 1...2 {
      let model = try #require(simulation.model?.rawPredictor)
      let step = simulation.step()
      let record = try #require(step)
      let rows = Self.rows(scenario, cycle: cycle), n = rows.count
      func probabilities(_ bias: Double, _ weights: [Double]) -> [Double] {
        (0..<n).map { 1 / (1 + exp(-(bias + weights[0] * rows.features[$0, 0] + weights[1] * rows.features[$0, 1]))) }
      }
      let p = probabilities(model.intercept, model.weights), y = rows.outcomes
      func expect(_ column: String, _ expected: Double) throws {
        let value = try #require(record[column], "\(column)")
        #expect(abs(value - expected) < Self.summed, "\(column) of cycle \(cycle)")
      }
      for side in ["served", "untouched"] {
        try expect("\(side)_loss", Self.logLoss(p, y))
        try expect("\(side)_accuracy", Double(zip(p, y).count { ($0 > 0.5) == ($1 == 1) }) / Double(n))
        try expect("\(side)_brier", zip(p, y).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / Double(n))
        let ones = (0..<n).filter { y[$0] == 1 }, zeros = (0..<n).filter { y[$0] == 0 }
        let above = ones.reduce(0.0) { sum, i in sum + zeros.reduce(0.0) { $0 + (p[i] > p[$1] ? 1 : p[i] == p[$1] ? 0.5 : 0) } }
        try expect("\(side)_auc", above / Double(ones.count * zeros.count))
        let error = (0..<10).reduce(0.0) { sum, bin in
          sum + abs((0..<n).filter { min(9, Int(p[$0] * 10)) == bin }.reduce(0.0) { $0 + p[$1] - y[$1] })
        }
        try expect("\(side)_calibration_error", error / Double(n))
      }
      try expect("best_loss", Self.logLoss(probabilities(-0.3, [1, -0.5]), y))
      try expect("served_excess", Self.logLoss(p, y) - Self.logLoss(probabilities(-0.3, [1, -0.5]), y))
      #expect(try #require(record["offline_loss"]) > 0.3 && #require(record["offline_auc"]) > 0.6)
    }
  }

  /// A certainty that is wrong costs the size of its score, not the 36 of a probability that is cut.
  @Test func `the loss of a large score is exact`() throws {
    let document = Self.document([
      ("world", ["kind": "gaussian", "features": 2, "coefficients": [200, 1], "outcome": "binary"]), ("pipeline", []), ("cycles", 1),
      ("learner", ["kind": "logistic", "penalty": 0.00001]), ("metrics", ["loss", "parity"]),
      ("discrepancies", [["kind": "coefficient-typo", "feature": "x1", "mistake": "sign-flipped"]]),
    ])
    let scenario = try Scenario(document, catalog: .standard)
    var simulation = Simulation(scenario)
    _ = simulation.step()
    let model = try #require(simulation.model?.predictor), last = simulation.step()
    let record = try #require(last), rows = Self.rows(scenario, cycle: 1)
    func loss(_ sign: Double) -> (mean: Double, largest: Double) {
      let losses = (0..<rows.count).map { i in
        let score = model.intercept + sign * model.weights[0] * rows.features[i, 0] + model.weights[1] * rows.features[i, 1]
        let wrong = rows.outcomes[i] == 1 ? -score : score
        return max(0, wrong) + log1p(exp(-abs(wrong)))
      }
      return (losses.reduce(0, +) / Double(rows.count), losses.max() ?? 0)
    }
    let flipped = loss(-1)
    #expect(flipped.largest > 60, "beyond the cut: \(flipped)")
    #expect(abs(try #require(record["untouched_loss"]) - flipped.mean) < Self.summed * flipped.mean)
    #expect(abs(try #require(record["pipeline_skew"]) - flipped.mean + loss(1).mean) < Self.summed * flipped.mean)
  }

  @Test func `a table's best is logistic regression on all of it`() throws {
    let rows = Self.rows(try Scenario(Self.document(), catalog: .standard), cycle: 0)
    let text = "a,b,y\n" + (0..<400).map { "\(rows.features[$0, 0]),\(rows.features[$0, 1]),\(rows.outcomes[$0] == 1 ? 1 : 0)\n" }.joined()
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("skewlab-" + UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data(text.utf8).write(to: folder.appendingPathComponent("t.csv"))
    // In order, 400 rows a cycle, starting over: cycle 1 serves the rows that cycle 0 fitted.
    var document = Self.document([
      ("world", ["kind": "table", "path": "t.csv", "target": "y", "draw": "in-order", "when-exhausted": "wrap"]), ("rows", 400),
      ("cycles", 1),
      ("evaluation", ["share": 0]),
    ])
    document.folder = folder.path
    let records = {
      var simulation = Simulation($0); return simulation.run()
    }(try Scenario(document, catalog: .standard))
    let excess = try #require(records[1]["excess_loss"])
    #expect(abs(excess) < Self.summed, "the same fit: \(excess)")
    #expect(try #require(records[1]["best_loss"]) > 0.3)
  }

  /// Labels that are weighed add a constant to the scores.
  @Test func `the best classifier says what the world tosses`() throws {
    let worlds: [DocumentNode] = [
      ["kind": "gaussian", "features": 2, "coefficients": [1, -0.5], "intercept": -0.3, "outcome": "binary"],
      ["kind": "coin", "lean": 0.2],
    ]
    for node in worlds {
      let world = try Scenario(Self.document([("world", node), ("pipeline", [])]), catalog: .standard).world.component
      var shifted = WorldConditions(features: world.schema.count)
      if node["kind"]?.text == "gaussian" { shifted.shareOffsets[.label] = 0.2 }
      for conditions in [WorldConditions(features: world.schema.count), shifted] {
        var rows = Rows(schema: world.schema, capacity: 300, hasIdentities: false)
        world.draw(0..<300, at: .init(replicate: 0, cycle: 1), conditions: conditions, into: &rows)
        let best = try #require(world.bestClassifier(replicate: 0, conditions: conditions))
        var said = Array(repeating: 0.0, count: 300)
        var span = said.mutableSpan
        best.predict(rows.features, rows: 300, into: &span)
        for i in 0..<300 { #expect(abs(said[i] - rows.probabilities[i]) < 1e-14) }
      }
    }
  }

  @Test func `the best predictor of probabilities reads complete rows`() throws {
    let shifts: DocumentNode = [["kind": "missing-rate", "change": 0.3]]
    let losses = try [[], shifts].map { shifts in
      var simulation = Simulation(try Scenario(Self.document([("pipeline", ["impute"]), ("shifts", shifts)]), catalog: .standard))
      return simulation.run().map { $0["best_loss"] }
    }
    #expect(losses[0] == losses[1] && losses[0].count == 3 && losses[0][1] != nil)
  }

  /// A coefficient that overflows in cycle 2.
  @Test func `a best predictor that is not known in a cycle has no loss there`() throws {
    let document = Self.document([
      ("world", ["kind": "gaussian", "features": 1, "coefficients": [1e200], "outcome": "binary"]),
      ("shifts", [["kind": "coefficient", "change": 1e200, "profile": ["kind": "step", "from": 2]]]), ("metrics", ["loss"]),
    ])
    var simulation = Simulation(try Scenario(document, catalog: .standard))
    let records = simulation.run()
    #expect(records.count == 3 && records[1]["best_loss"] != nil && records[2]["best_loss"] == nil && records[2]["served_loss"] != nil)
  }

  @Test func `pairs without a probability have no order and no bins`() {
    let pairs = ScoredPairs(probabilities: [0.2, .nan, 0.7], outcomes: [0, 1, 1], weights: [1, 1, 1])
    #expect(pairs.areaUnderCurve == nil && pairs.calibrationError(bins: 10) == nil)
  }

  /// Of 40 tiny runs some have no value below 0, which has no logarithm, among the rows that were fitted, and one among those that test.
  @Test func `a test on a row that has no prediction says nothing`() throws {
    let document = Self.document([
      ("world", ["kind": "gaussian", "features": 1, "mean": 1.5, "outcome": "binary"]), ("pipeline", ["log"]), ("rows", 20),
      ("learner", "logistic"), ("evaluation", ["share": 0.3]), ("cycles", 1), ("shifts", [["kind": "mean", "change": 9]]),
    ])
    let scenario = try Scenario(document, catalog: .standard)
    let columns = ["offline_loss", "offline_auc", "offline_calibration_error"]
    let known = (0..<40).compactMap { replicate -> Int? in
      var simulation = Simulation(scenario, replicate: replicate)
      let last = simulation.run().last
      return last?.cycle == 1 ? columns.count { last?[$0] != nil } : nil
    }
    #expect(known.contains(0) && known.contains(3), "\(known)")
  }

  @Test func `what a world of probabilities does not know is absent`() throws {
    let world: DocumentNode = [
      "kind": "gaussian", "features": 2, "outcome": "binary", "link": "linear", "coefficients": [0.1, 0.1], "intercept": 0.5,
    ]
    let scenario = try Scenario(Self.document([("world", world)]), catalog: .standard)
    #expect(
      !scenario.columns.contains { $0.hasPrefix("best") || $0.hasPrefix("excess") || $0 == "served_excess" || $0 == "parameter_distance" })
    #expect(scenario.columns.contains("untouched_auc"))
    // A regression on the same outcomes keeps its squared loss and the best linear predictor.
    let regression = try Scenario(Self.document([("world", world), ("learner", "ols")]), catalog: .standard)
    #expect(regression.columns.contains("best_loss") && !regression.columns.contains { $0.hasSuffix("_auc") || $0.hasSuffix("_accuracy") })
  }

  /// A decaying window weighs the rows of its own test as it weighs those of the fit.
  @Test func `rows of a decaying window count by their age`() throws {
    let document = Self.document([("retraining", ["every": 1, "window": ["decay": 1]]), ("cycles", 3)])
    var simulation = Simulation(try Scenario(document, catalog: .standard))
    let records = simulation.run()
    #expect(records.count == 4)
    #expect(records[2...].allSatisfy { ($0["offline_auc"] ?? 0) > 0.6 && ($0["offline_calibration_error"] ?? 1) < 0.1 })
  }
}
