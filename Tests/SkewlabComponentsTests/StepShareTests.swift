import Foundation
import SkewlabComponents
import SkewlabEngine
import SkewlabNumerics
import Testing

/// Discrepancies of steps on a share of the rows, statistics of other rows, and steps that are gone: against the same arithmetic written out by hand.
@Suite struct StepShareTests {
  private static let rows = 700
  /// Sums over 700 rows in another order.
  private static let summation = 1e-12

  private static func document(_ discrepancies: DocumentNode, pipeline: DocumentNode = ["standardize"], cycles: Int = 1) -> ScenarioDocument
  {
    [
      "seed": 11, "cycles": .integer(cycles), "rows": .integer(rows), "pipeline": pipeline, "discrepancies": discrepancies,
      "evaluation": ["share": 0], "metrics": ["loss", "parity"], "retraining": ["every": 1, "window": ["cycles": 1]],
      "world": ["kind": "gaussian", "features": 2, "mean": [6, 3], "coefficients": [1.5, -0.8], "intercept": 0.3, "noise": 0.5],
    ]
  }

  private static func run(_ document: ScenarioDocument) throws -> [CycleRecord] {
    var simulation = Simulation(try Scenario(document, catalog: .standard))
    let records = simulation.run()
    try #require(simulation.ending == .completed)
    return records
  }

  private static func drawn(_ document: ScenarioDocument, cycle: Int) throws -> Rows {
    let world = try Scenario(document, catalog: .standard).world.component
    var rows = Rows(schema: world.schema, capacity: Self.rows, hasIdentities: false)
    world.draw(0..<Self.rows, at: .init(replicate: 0, cycle: cycle), conditions: WorldConditions(features: 2), into: &rows)
    return rows
  }

  /// Whether a discrepancy touches a row: its own stream, at the row's own position.
  private static func touches(_ id: String, _ share: Double, row: Int, cycle: Int) -> Bool {
    RandomStream(seed: 11, name: "discrepancy/\(id)/rows").uniform(at: .init(replicate: 0, cycle: cycle), row: row) < share
  }

  private static func moments(_ rows: Rows, where isCounted: (Int) -> Bool = { _ in true }) -> [(mean: Double, sd: Double)] {
    (0..<2).map { j in
      let x = (0..<rows.count).filter(isCounted).map { rows.features[$0, j] }, n = Double(x.count)
      let mean = x.reduce(0, +) / n
      return (mean, (x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / n).squareRoot())
    }
  }

  private static func loss(_ rows: Rows, _ model: LinearPredictor, _ features: (Int) -> [Double]) -> Double {
    (0..<rows.count).reduce(0) { sum, i in
      let z = features(i), error = model.intercept + model.weights[0] * z[0] + model.weights[1] * z[1] - rows.outcomes[i]
      return sum + error * error
    } / Double(rows.count)
  }

  private static func z(_ x: [Double], _ scaler: [(mean: Double, sd: Double)]) -> [Double] {
    (0..<2).map { (x[$0] - scaler[$0].mean) / scaler[$0].sd }
  }

  private static func raw(_ rows: Rows, _ i: Int) -> [Double] { [rows.features[i, 0], rows.features[i, 1]] }

  private static func expectClose(_ value: Double?, _ expected: Double, at location: Testing.SourceLocation = #_sourceLocation) throws {
    let value = try #require(value, sourceLocation: location)
    #expect(abs(value / expected - 1) < summation, "\(value) instead of \(expected)", sourceLocation: location)
  }

  @Test(arguments: [0.0, 0.2, 0.7, 1]) func `each row is served by the altered or by the plain side`(share: Double) throws {
    let document = Self.document([["kind": "skip-transform", "share": .number(share)]])
    let records = try Self.run(document), model = try #require(records[0].fitted?.predictor)
    let scaler = Self.moments(try Self.drawn(document, cycle: 0)), served = try Self.drawn(document, cycle: 1)
    func isTouched(_ row: Int) -> Bool { Self.touches("skip-transform", share, row: row, cycle: 1) }
    let expected = Self.loss(served, model) { isTouched($0) ? Self.raw(served, $0) : Self.z(Self.raw(served, $0), scaler) }
    try Self.expectClose(records[1]["served_loss"], expected)
    #expect(records[1]["differing_share"] == Double((0..<Self.rows).count(where: isTouched)) / Double(Self.rows))
  }

  /// Two of them: a row can meet none, either or both, in the order written.
  @Test func `discrepancies choose rows independently`() throws {
    let document = Self.document(
      [
        ["kind": "truncate", "id": "first", "grid": 0.7, "share": 0.4], ["kind": "skip-transform", "id": "second", "share": 0.6],
        ["kind": "truncate", "id": "third", "grid": 0.5],
      ])
    let records = try Self.run(document), model = try #require(records[0].fitted?.predictor)
    let scaler = Self.moments(try Self.drawn(document, cycle: 0)), served = try Self.drawn(document, cycle: 1)
    let expected = Self.loss(served, model) { i in
      // A grid is put before the steps: the last one written comes first.
      var x = Self.raw(served, i).map { ($0 / 0.5).rounded(.down) * 0.5 }
      if Self.touches("first", 0.4, row: i, cycle: 1) { x = x.map { ($0 / 0.7).rounded(.down) * 0.7 } }
      return Self.touches("second", 0.6, row: i, cycle: 1) ? x : Self.z(x, scaler)
    }
    try Self.expectClose(records[1]["served_loss"], expected)
  }

  /// Least squares of the rows that training altered and of those that it did not.
  @Test func `training alters a share of its rows`() throws {
    let document = Self.document([["kind": "truncate", "grid": 4, "share": 0.5, "side": "training"]], pipeline: [])
    let records = try Self.run(document), model = try #require(records[0].fitted?.predictor)
    let fitted = try Self.drawn(document, cycle: 0), served = try Self.drawn(document, cycle: 1)
    var elements: [Double] = []
    for j in 0..<2 {
      elements += (0..<Self.rows).map { i in
        let x = fitted.features[i, j]
        return Self.touches("truncate", 0.5, row: i, cycle: 0) ? (x / 4).rounded(.down) * 4 : x
      }
    }
    let solved = try LeastSquares.minimumNorm(
      Matrix(rows: Self.rows, columns: 3, elements: elements + Array(repeating: 1, count: Self.rows)), fitted.outcomes
    ).solution
    // Normal equations against a decomposition, of a design with a condition number of some tens.
    for (value, expected) in zip(model.weights + [model.intercept], solved) { #expect(abs(value - expected) < 1e-11) }
    try Self.expectClose(records[1]["served_loss"], Self.loss(served, model) { Self.raw(served, $0) })
  }

  @Test func `the own test runs through both codes of the training side`() throws {
    func own(_ share: Double) throws -> Double {
      var document = Self.document([["kind": "truncate", "grid": 4, "share": .number(share), "side": "training"]], pipeline: [])
      document.root["evaluation"] = ["share": 0.5]
      return try #require(Self.run(document)[1]["offline_loss"])
    }
    let none = try own(0), half = try own(0.5), all = try own(1)
    #expect(none < half && half < all, "\(none) \(half) \(all)")
  }

  // MARK: Statistics of other rows

  @Test func `a scaler of the rows that are served`() throws {
    let document = Self.document([["kind": "stale-statistics", "rows": "serving"]], cycles: 2)
    let records = try Self.run(document), model = try #require(records[1].fitted?.predictor), served = try Self.drawn(document, cycle: 2)
    let scaler = Self.moments(served)
    try Self.expectClose(records[2]["served_loss"], Self.loss(served, model) { Self.z(Self.raw(served, $0), scaler) })
  }

  /// Three of four values are filled with the mean, so that the deviation is half of what it was: of 700 rows to 1/√(2·175)/2 = 0.027, five of them.
  @Test func `a scaler of the rows that are served, gaps and all`() throws {
    var document = Self.document(
      [["kind": "stale-statistics", "step": "standardize", "rows": "serving"]], pipeline: ["impute", "standardize"])
    document.root["shifts"] = [["kind": "missing-rate", "change": 0.75]]
    let step = try #require(Self.run(document)[1].deployed?.steps.first { $0.name == "standardize" })
    for value in step.values where value.statistic == "sd" { #expect(abs(try #require(value.serving) - 0.5) < 0.135, "\(value)") }
  }

  @Test func `a scaler of cycle 0, whatever the window`() throws {
    let document = Self.document([["kind": "stale-statistics", "rows": "original"]], cycles: 5)
    let records = try Self.run(document), model = try #require(records[4].fitted?.predictor), served = try Self.drawn(document, cycle: 5)
    let scaler = Self.moments(try Self.drawn(document, cycle: 0))
    try Self.expectClose(records[5]["served_loss"], Self.loss(served, model) { Self.z(Self.raw(served, $0), scaler) })
  }

  @Test func `a scaler of a sample of the window`() throws {
    let document = Self.document([["kind": "stale-statistics", "rows": "sample", "sample": 0.1]])
    let records = try Self.run(document), model = try #require(records[0].fitted?.predictor), served = try Self.drawn(document, cycle: 1)
    let window = try Self.drawn(document, cycle: 0)
    let stream = RandomStream(seed: 11, name: "discrepancy/stale-statistics/sample")
    let scaler = Self.moments(window) { stream.uniform(at: .init(replicate: 0, cycle: 0), row: $0) < 0.1 }
    try Self.expectClose(records[1]["served_loss"], Self.loss(served, model) { Self.z(Self.raw(served, $0), scaler) })
    let whole = Self.moments(window)
    #expect(abs(scaler[0].mean - whole[0].mean) > 1e-3)
  }

  // MARK: Versions

  /// Five bins of equal width of x1, whose edges are then whole numbers.
  @Test func `rounded edges of bins`() throws {
    let pipeline: DocumentNode = [["kind": "bin", "by": "width"]]
    let document = Self.document([["kind": "bin-edges", "decimals": 0]], pipeline: pipeline)
    let records = try Self.run(document), model = try #require(records[0].fitted?.predictor)
    let window = try Self.drawn(document, cycle: 0), served = try Self.drawn(document, cycle: 1)
    let edges = (0..<2).map { j -> [Double] in
      let x = (0..<Self.rows).map { window.features[$0, j] }, low = x.min() ?? 0, high = x.max() ?? 0
      var edges: [Double] = []
      for i in 0...5 {
        let edge = (low + Double(i) * (high - low) / 5).rounded()
        if edge != edges.last { edges.append(edge) }
      }
      return Array(edges.dropFirst().dropLast())
    }
    let expected = Self.loss(served, model) { i in (0..<2).map { j in Double(edges[j].count { $0 <= served.features[i, j] }) } }
    try Self.expectClose(records[1]["served_loss"], expected)
    let plain = try Self.run(Self.document([], pipeline: pipeline))
    #expect(records[1]["served_loss"] != plain[1]["served_loss"])
  }

  @Test func `a clip at other quantiles, and at other values`() throws {
    let cases: [(DocumentNode, DocumentNode, low: Double?, high: Double?)] = [
      (["kind": "clip", "by": "quantiles"], ["kind": "clip-threshold", "low": 0.2, "high": 0.7], 0.2, 0.7),
      (["kind": "clip", "by": "values", "low": 2, "high": 8], ["kind": "clip-threshold", "high": 5], nil, nil),
    ]
    for (step, discrepancy, low, high) in cases {
      let document = Self.document([discrepancy], pipeline: [step])
      let records = try Self.run(document), model = try #require(records[0].fitted?.predictor)
      let window = try Self.drawn(document, cycle: 0), served = try Self.drawn(document, cycle: 1)
      // Type 7: linear between the two rows around (n − 1)p.
      func quantile(_ p: Double, _ j: Int) -> Double {
        let x = (0..<Self.rows).map { window.features[$0, j] }.sorted(), place = p * Double(Self.rows - 1), index = Int(place)
        return x[index] + (place - Double(index)) * (x[min(index + 1, Self.rows - 1)] - x[index])
      }
      let limits = (0..<2).map { j in (low.map { quantile($0, j) } ?? 2, high.map { quantile($0, j) } ?? 5) }
      try Self.expectClose(
        records[1]["served_loss"],
        Self.loss(served, model) { i in (0..<2).map { min(max(served.features[i, $0], limits[$0].0), limits[$0].1) } })
    }
  }

  /// The second of two equal steps has the state of the first, in whichever version.
  @Test func `a step applied twice keeps its state when another discrepancy changes it`() throws {
    let document = Self.document([["kind": "double-transform"], ["kind": "ddof", "ddof": 1]])
    let records = try Self.run(document), model = try #require(records[0].fitted?.predictor), served = try Self.drawn(document, cycle: 1)
    let n = Double(Self.rows),
      scaler = Self.moments(try Self.drawn(document, cycle: 0)).map { ($0.mean, $0.sd * (n / (n - 1)).squareRoot()) }
    try Self.expectClose(
      records[1]["served_loss"], Self.loss(served, model) { Self.z(Self.z(Self.raw(served, $0), scaler), scaler) })
  }
}
