import SkewlabComponents
import SkewlabEngine
import SkewlabNumerics
import Testing

/// Which rows a fit uses, and with which weights: compared with least squares on rows drawn from the world directly.
@Suite struct WindowTests {
  static let rows = 40, cycles = 6
  /// A few hundred rows, a design of condition below 10: a few thousand units in the last place.
  static let fitTolerance = 1e-11

  static func document(_ retraining: DocumentNode, evaluation: Double = 0, keepingRows: Bool = false, rows: Int = rows) -> ScenarioDocument
  {
    [
      "seed": 5, "cycles": .integer(cycles), "rows": .integer(rows), "evaluation": ["share": .number(evaluation)],
      "world": ["kind": "gaussian", "features": 2, "mean": [1, -2], "coefficients": [1, -0.5], "intercept": 0.3],
      // A step discrepancy of the log that loses no row makes the log keep rows.
      "discrepancies": keepingRows ? [["kind": "dropped-rows", "share": 0]] : [],
      "retraining": retraining,
    ]
  }

  /// Features and outcomes of every row, cycle by cycle.
  static func drawn(_ scenario: Scenario) -> (features: Matrix, outcomes: [Double]) {
    let world = scenario.world.component, count = scenario.rows
    var features = Matrix(rows: count * (cycles + 1), columns: 2), outcomes: [Double] = []
    for cycle in 0...cycles {
      var rows = Rows(schema: world.schema, capacity: count, hasIdentities: false)
      let position = RandomStream.Position(replicate: 0, cycle: cycle)
      world.draw(0..<count, at: position, conditions: WorldConditions(features: 2), into: &rows)
      for i in 0..<count { for j in 0..<2 { features[cycle * count + i, j] = rows.features[i, j] } }
      outcomes += rows.outcomes
    }
    return (features, outcomes)
  }

  /// Weighted least squares with an intercept by singular values; rows of weight 0 have no part in it.
  static func leastSquares(_ scenario: Scenario, weight: (Int) -> Double) throws -> LinearPredictor {
    let (features, outcomes) = drawn(scenario)
    var design: [[Double]] = [], right: [Double] = []
    for i in outcomes.indices where weight(i) > 0 {
      let root = weight(i).squareRoot()
      design.append([root, root * features[i, 0], root * features[i, 1]])
      right.append(root * outcomes[i])
    }
    let solution = try LeastSquares.minimumNorm(Matrix(design), right).solution
    return LinearPredictor(intercept: solution[0], weights: Array(solution[1...]))
  }

  static func run(_ document: ScenarioDocument, chunkRows: Int? = nil) throws -> [CycleRecord] {
    var simulation = Simulation(try Scenario(document, catalog: .standard), chunkRows: chunkRows)
    return simulation.run()
  }

  static func expect(
    _ fit: LinearFit?, _ expected: LinearPredictor, _ what: Comment, at location: Testing.SourceLocation = #_sourceLocation
  ) throws {
    let predictor = try #require(fit, sourceLocation: location).predictor
    for (value, figure) in zip([predictor.intercept] + predictor.weights, [expected.intercept] + expected.weights) {
      #expect(abs(value - figure) <= fitTolerance, what, sourceLocation: location)
    }
  }

  /// 1 row too few to fit three numbers well, 25 inside the last cycle, 40 the cycle, 100 two and a half, 280 everything there is, 1,000 more than that.
  @Test(arguments: [25, 40, 100, 279, 280, 1000], [false, true])
  func `the last n rows are fitted, or all there are`(n: Int, keepingRows: Bool) throws {
    let document = Self.document(["every": 1, "window": ["rows": .integer(n)]], keepingRows: keepingRows)
    let scenario = try Scenario(document, catalog: .standard)
    #expect((scenario.rowsReason != nil) == keepingRows)
    for record in try Self.run(document) {
      let logged = (record.cycle + 1) * Self.rows
      let expected = try Self.leastSquares(scenario) { $0 < logged && $0 >= logged - n ? 1 : 0 }
      try Self.expect(record.fitted, expected, "n = \(n), cycle \(record.cycle)")
    }
  }

  @Test func `a window of whole cycles in rows is the window in cycles, bit by bit`() throws {
    let inRows = try Self.run(Self.document(["every": 1, "window": ["rows": 120]], evaluation: 0.3))
    #expect(inRows == (try Self.run(Self.document(["every": 1, "window": ["cycles": 3]], evaluation: 0.3))))
    let everything = try Self.run(Self.document(["every": 1, "window": ["rows": 1_000_001]], evaluation: 0.3))
    #expect(everything == (try Self.run(Self.document(["every": 1, "window": "all"], evaluation: 0.3))))
  }

  /// Moments and rows differ in the order of sums only.
  @Test(arguments: [["rows": 100], ["cycles": 2], "all", ["decay": 1.5]] as [DocumentNode], [nil, 0.25])
  func `the own test is on the evaluation rows of the same window, from moments as from rows`(window: DocumentNode, originals: Double?)
    throws
  {
    var retraining: DocumentNode = ["every": 1, "window": window]
    if let originals { retraining["originals"] = .number(originals) }
    let moments = try Self.run(Self.document(retraining, evaluation: 0.3))
    let rows = try Self.run(Self.document(retraining, evaluation: 0.3, keepingRows: true))
    for (a, b) in zip(moments, rows) {
      #expect(a.cycle == 0 || a["offline_loss"] != nil)
      #expect(abs((a["offline_loss"] ?? 0) - (b["offline_loss"] ?? 0)) <= Self.fitTolerance)
      #expect(abs((a["offline_r2"] ?? 0) - (b["offline_r2"] ?? 0)) <= Self.fitTolerance)
    }
  }

  @Test(arguments: [["cycles": 2], ["rows": 100], "all", ["decay": 2]] as [DocumentNode], [false, true])
  func `originals have their share of the weight in every fit`(extent: DocumentNode, keepingRows: Bool) throws {
    let share = 0.2
    let document = Self.document(["every": 1, "window": extent, "originals": .number(share)], keepingRows: keepingRows)
    let scenario = try Scenario(document, catalog: .standard)
    let window = scenario.retraining.component.window
    for record in try Self.run(document) {
      func weight(_ i: Int) -> Double {
        let cycle = i / Self.rows, age = record.cycle - cycle
        guard age >= 0 else { return 0 }
        return window.rows(age: age, of: Self.rows).contains(i % Self.rows) ? window.weight(age: age) : 0
      }
      let recent = (Self.rows..<Self.rows * (Self.cycles + 1)).reduce(0) { $0 + weight($1) }
      let own = recent > 0 ? share / (1 - share) * recent / Double(Self.rows) : 1
      let expected = try Self.leastSquares(scenario) { $0 < Self.rows ? own : weight($0) }
      try Self.expect(record.fitted, expected, "cycle \(record.cycle)")
    }
  }

  @Test(arguments: [["rows": 3100], ["rows": 5000]] as [DocumentNode])
  func `a window that begins inside a cycle does not depend on chunks`(window: DocumentNode) throws {
    let document = Self.document(["every": 2, "window": window, "originals": 0.5], evaluation: 0.2, rows: 2500)
    #expect(try Self.run(document, chunkRows: 1024) == Self.run(document, chunkRows: 4096))
  }

  /// p = 3 columns: an entry of moments is two 3 × 3 matrices with their means, 24 numbers; of rows 40 · (2 · 3 + 2).
  @Test(
    arguments: [
      (["cycles": 3], nil, 3 * 24, 3 * 320), (["rows": 100], nil, 3 * 48, 3 * 320), (["rows": 80], 0.5, 3 * 24, 3 * 320),
      ("all", nil, 24, 7 * 320), ("all", 0.5, 2 * 24, 7 * 320), (["rows": 10_000], nil, 7 * 24, 7 * 320),
    ] as [(DocumentNode, Double?, Int, Int)])
  func `the memory of a log is told`(window: DocumentNode, originals: Double?, moments: Int, rows: Int) throws {
    var retraining: DocumentNode = ["every": 1, "window": window]
    if let originals { retraining["originals"] = .number(originals) }
    #expect(try Scenario(Self.document(retraining), catalog: .standard).loggedDoubles == moments)
    #expect(try Scenario(Self.document(retraining, keepingRows: true), catalog: .standard).loggedDoubles == rows)
  }
}
