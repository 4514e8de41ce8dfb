import SkewlabComponents
import SkewlabEngine
import SkewlabNumerics
import SkewlabTheory
import Testing

/// The expected curve beside a run: exact expectations at few rows, at 4 standard errors, for random parameters.
@Suite struct ExpectedCurveTests {
  static let losses = ["offline_loss", "served_loss", "skew", "untouched_loss", "best_loss", "excess_loss", "served_excess"]

  struct Numbers {
    private let values: [Double]
    private var next = 0
    init(_ set: Int) { values = RandomStream(seed: 9, name: "tests/curve").uniforms(count: 60, at: .init(replicate: set, cycle: 0)) }
    mutating func number(_ low: Double, _ high: Double) -> Double {
      next += 1
      return low + (high - low) * values[next - 1]
    }
    mutating func numbers(_ count: Int, _ low: Double, _ high: Double) -> [Double] { (0..<count).map { _ in number(low, high) } }
  }

  /// Losses of a few dozen rows spread by about a third of themselves; with 400 replicates and 4 cycles the mean is known to 1 % or so, and what a few rows add is larger.
  @Test(arguments: 0..<12) func `losses of few rows are as theory expects, cycle by cycle`(set: Int) async throws {
    var numbers = Numbers(set)
    let features = 1 + set % 3, intercept = set % 4 != 3, cycles = 4
    let share = set % 2 == 0 ? 0.25 : 0.0
    let population = Population(
      mean: intercept ? numbers.numbers(features, -1, 1) : Array(repeating: 0, count: features), correlation: numbers.number(-0.5, 0.5))
    var feedback: [DocumentNode] = [
      ["kind": "label-follows-prediction", "strength": .number(numbers.number(-0.6, 0.6)), "form": set % 3 == 0 ? "pull" : "additive"]
    ]
    if set % 2 == 1 {
      feedback.append([
        "kind": "location-family", "sensitivity": .number(numbers.number(-0.3, 0.3)),
        "offset": .numbers(numbers.numbers(features, -0.2, 0.2)),
      ])
    }
    var document = scenario(
      seed: 900 + set, cycles: cycles, rows: 40, world: population.world(coefficients: numbers.numbers(features, -1, 1)),
      feedback: DocumentNode(.list(feedback)), learner: ols(intercept: intercept), evaluationShare: share)
    if set % 5 == 0, intercept { document.root["pipeline"] = [["kind": "standardize"]] }
    if set % 4 == 2 {
      document.root["discrepancies"] = [["kind": "unit", "features": ["x1"], "factor": .number(numbers.number(0.5, 1.5)), "offset": 0.3]]
    }
    try await expectExact(document, cycles: cycles, replicates: 4000)
  }

  /// Every loss of every cycle against the curve, which has to be exact.
  ///
  /// Excesses are paired with the best predictor on the same rows, and spread by at most about twice themselves; losses by the noise of a few dozen rows.
  func expectExact(_ document: ScenarioDocument, cycles: Int, replicates count: Int) async throws {
    let curve = try #require(ExpectedCurve(Scenario(document, catalog: .standard)))
    let columns = Self.losses.filter { curve.columns.contains($0) }
    let paths = try await replicates(count, of: document) { path in
      (1...cycles).map { cycle in columns.map { path.records[cycle][$0] ?? .nan } }
    }
    for cycle in 1...cycles {
      for (k, column) in columns.enumerated() {
        guard let expected = curve.value(column, cycle: cycle) else {
          // No evaluation share has no own test.
          #expect(document.root["evaluation"]?["share"]?.double == 0 && ["offline_loss", "skew"].contains(column))
          continue
        }
        #expect(expected.kind == .exact)
        // No evaluation rows at all have a chance below 1e-5; such a replicate has no loss.
        let values = paths.map { $0[cycle - 1][k] }.filter(\.isFinite)
        if abs(expected.value) < 1e-12 {
          // Own labels are predicted as well as they can be.
          #expect(values.allSatisfy { abs($0) < 1e-9 }, "\(column) in cycle \(cycle)")
          continue
        }
        let resolving = column.hasSuffix("excess") || column == "excess_loss" ? 0.4 * expected.value : 0.2 * max(1, abs(expected.value))
        expectMean(values, equals: expected.value, resolving: resolving, "\(column) in cycle \(cycle)")
      }
    }
  }

  @Test func `what is exact says so, and what holds for many rows only says that`() throws {
    func kinds(_ learner: DocumentNode) throws -> [String: ExpectedCurve.Kind] {
      let document = scenario(
        seed: 1, cycles: 2, rows: 100, world: Population(features: 2).world(coefficients: [1, 1]), learner: learner, evaluationShare: 0.2)
      let curve = try #require(ExpectedCurve(Scenario(document, catalog: .standard)))
      return Dictionary(
        uniqueKeysWithValues: curve.columns.compactMap { column in curve.value(column, cycle: 1).map { (column, $0.kind) } })
    }
    let exact = try kinds("ols"), penalised = try kinds(["kind": "ridge", "penalty": 0.1])
    #expect(exact["served_loss"] == .exact && exact["served_r2"] == .population)
    #expect(penalised.values.allSatisfy { $0 == .population })
  }

  // MARK: Laws of their own

  /// Shifts of everything that a normal world has, each with its own profile.
  static func shifts(_ numbers: inout Numbers, features: Int, centred: Bool) -> DocumentNode {
    var shifts: [DocumentNode] = [
      ["kind": "scale", "feature": "x1", "change": .number(numbers.number(-0.5, 1)), "profile": ["kind": "ramp", "from": 1, "to": 4]],
      ["kind": "coefficient", "unit": "raw", "change": .number(numbers.number(-1, 1)), "profile": ["kind": "ramp", "from": 0, "to": 5]],
      ["kind": "noise", "change": .number(numbers.number(-0.4, 0.6)), "profile": ["kind": "step", "from": 2]],
    ]
    if !centred {
      shifts.append([
        "kind": "mean", "unit": "raw", "change": .number(numbers.number(-1, 1)), "profile": ["kind": "ramp", "from": 0, "to": 3],
      ])
      shifts.append(["kind": "intercept", "change": .number(numbers.number(-1, 1)), "profile": ["kind": "step", "from": 3]])
    }
    if features > 1 {
      shifts.append([
        "kind": "covariance", "feature": "x1", "with": "x2", "change": .number(numbers.number(-0.5, 0.5)),
        "profile": ["kind": "step", "from": 2],
      ])
    }
    return DocumentNode(.list(shifts))
  }

  /// **S4**, with **S1** and **S2**, at few rows: each fit sees the law of its cycle, each loss that of the cycle served.
  @Test(arguments: 0..<9) func `a world whose law moves is as theory expects, however often it refits`(set: Int) async throws {
    var numbers = Numbers(100 + set)
    let features = 1 + set % 3, intercept = set % 3 != 2, cycles = 5
    let population = Population(
      mean: intercept ? numbers.numbers(features, -1, 1) : Array(repeating: 0, count: features), correlation: numbers.number(-0.5, 0.5))
    var document = scenario(
      seed: 1900 + set, cycles: cycles, rows: 30 + set, world: population.world(coefficients: numbers.numbers(features, -1, 1)),
      feedback: set % 2 == 0 ? [["kind": "label-follows-prediction", "strength": .number(numbers.number(-0.6, 0.6))]] : [],
      learner: ols(intercept: intercept), evaluationShare: set % 2 == 0 ? 0.2 : 0)
    document.root["shifts"] = Self.shifts(&numbers, features: features, centred: !intercept)
    document.root["retraining"] = set < 3 ? ["every": 1] : set < 6 ? ["every": 2] : "never"
    if set % 3 == 1 { document.root["pipeline"] = [["kind": "standardize"]] }
    if set % 4 == 1 { document.root["discrepancies"] = [["kind": "unit", "features": ["x1"], "factor": 1.3, "offset": 0.2, "from": 3]] }
    try await expectExact(document, cycles: cycles, replicates: 4000)
  }

  // MARK: Windows

  /// **S3**: windows of several cycles, between which coefficients and noise change, in whole, in part and as a sample.
  @Test(arguments: 0..<8) func `a window of several cycles is as theory expects`(set: Int) async throws {
    var numbers = Numbers(200 + set)
    let features = 1 + set % 3, intercept = set % 4 < 2, cycles = 4
    let population = Population(
      mean: intercept ? numbers.numbers(features, -1, 1) : Array(repeating: 0, count: features), correlation: numbers.number(-0.5, 0.5))
    let windows: [DocumentNode] = ["all", ["cycles": 2], ["cycles": 3], ["rows": 65]]
    var document = scenario(
      seed: 2900 + set, cycles: cycles, rows: 40, world: population.world(coefficients: numbers.numbers(features, -1, 1), intercept: 0.3),
      learner: ols(intercept: intercept), evaluationShare: set % 2 == 0 ? 0.2 : 0, window: windows[(set / 2) % 4])
    var shifts: [DocumentNode] = (0..<features).map { j in
      [
        "kind": "coefficient", "id": .string("c\(j)"), "feature": .string("x\(j + 1)"), "unit": "raw",
        "change": .number(numbers.number(-3, 3)),
        "profile": ["kind": "ramp", "from": 0, "to": 4],
      ]
    }
    shifts.append(["kind": "noise", "change": 0.5, "profile": ["kind": "step", "from": 1]])
    shifts.append(["kind": "intercept", "change": .number(numbers.number(-2, 2)), "profile": ["kind": "step", "from": 2]])
    document.root["shifts"] = DocumentNode(.list(shifts))
    if set == 1 || set == 2 || set == 7 { document.root["retraining"]?["sample"] = 50 }
    try await expectExact(document, cycles: cycles, replicates: 4000)
  }

  /// Rows of several cycles that answered one model.
  @Test func `a window of the cycles that one model served is as theory expects, with feedback`() async throws {
    var document = scenario(
      seed: 3900, cycles: 5, rows: 40, world: Population(mean: [0.5, -1], correlation: 0.4).world(coefficients: [1, -0.5]),
      feedback: [["kind": "label-follows-prediction", "strength": 0.7, "exposed": 0.8]], evaluationShare: 0.2, window: ["cycles": 2])
    document.root["retraining"]?["every"] = 2
    try await expectExact(document, cycles: 5, replicates: 4000)
  }

  // MARK: A share of the rows

  /// **F1**, exposed share, and **F6** with real labels: some rows answer the model, and nobody knows which.
  @Test(arguments: 0..<8) func `a response that meets a share of the rows is as theory expects`(set: Int) async throws {
    var numbers = Numbers(300 + set)
    let features = 1 + set % 3, intercept = set % 4 != 3, cycles = 4
    let population = Population(
      mean: intercept ? numbers.numbers(features, -1, 1) : Array(repeating: 0, count: features), correlation: numbers.number(-0.5, 0.5))
    var feedback: [DocumentNode] = [
      set % 3 == 2
        ? ["kind": "self-labelling", "real": .number(numbers.number(0.2, 0.8)), "noise": 0.7]
        : [
          "kind": "label-follows-prediction", "strength": .number(numbers.number(-1, 1)), "exposed": .number(numbers.number(0.2, 0.8)),
          "form": set % 3 == 0 ? "additive" : "pull",
        ]
    ]
    if set % 2 == 1 {
      // A constant that a model without an intercept cannot follow.
      feedback.append(["kind": "location-family", "sensitivity": 0.2, "offset": .numbers(numbers.numbers(features, -1, 1))])
    }
    var document = scenario(
      seed: 4900 + set, cycles: cycles, rows: 40,
      world: population.world(coefficients: numbers.numbers(features, -2, 2), intercept: numbers.number(-1, 1)),
      feedback: DocumentNode(.list(feedback)), learner: ols(intercept: intercept), evaluationShare: set % 2 == 0 ? 0.25 : 0)
    if set % 4 == 2 {
      document.root["discrepancies"] = [["kind": "unit", "features": ["x1"], "factor": .number(numbers.number(0.5, 1.5)), "offset": 0.3]]
    }
    try await expectExact(document, cycles: cycles, replicates: 4000)
  }

  // MARK: Everything kept

  /// **F1** and **F6** on all cycles so far.
  @Test(arguments: 0..<8) func `feedback on everything logged so far is as theory expects`(set: Int) async throws {
    var numbers = Numbers(400 + set)
    let features = 1 + set % 3, intercept = set % 4 > 1, cycles = 5, rho = numbers.number(-1.2, 0.9)
    let population = Population(
      mean: intercept ? numbers.numbers(features, -1, 1) : Array(repeating: 0, count: features), correlation: numbers.number(-0.5, 0.5))
    // With an intercept, responses whose fixed point is the untouched fit.
    let feedback: DocumentNode =
      set % 4 == 0
      ? ["kind": "self-labelling", "noise": 0.8]
      : ["kind": "label-follows-prediction", "strength": .number(rho), "form": intercept ? "pull" : "additive"]
    let document = scenario(
      seed: 5900 + set, cycles: cycles, rows: 10 + set,
      world: population.world(coefficients: numbers.numbers(features, -1, 1), intercept: intercept ? 0.5 : 0), feedback: [feedback],
      learner: ols(intercept: intercept), window: "all")
    try await expectExact(document, cycles: cycles, replicates: 4000)
  }

  /// The same rows in every cycle, in windows of any length.
  @Test(arguments: 0..<6) func `feedback on the same rows again and again is as theory expects`(set: Int) async throws {
    var numbers = Numbers(500 + set)
    let features = 1 + set % 3, intercept = set % 2 == 0, cycles = 5
    let population = Population(
      mean: intercept ? numbers.numbers(features, -1, 1) : Array(repeating: 0, count: features), correlation: numbers.number(-0.5, 0.5))
    var document = scenario(
      seed: 6900 + set, cycles: cycles, rows: 15,
      world: population.world(coefficients: numbers.numbers(features, -1, 1), intercept: intercept ? 0.5 : 0),
      feedback: [["kind": "label-follows-prediction", "strength": .number(numbers.number(-0.9, 0.2))]], learner: ols(intercept: intercept),
      window: ([["cycles": 1], ["cycles": 2], "all"] as [DocumentNode])[set / 2])
    document.root["world"]?["fixed-design"] = true
    document.root["shifts"] = [
      ["kind": "coefficient", "unit": "raw", "change": .number(numbers.number(-1, 1)), "profile": ["kind": "ramp", "from": 0, "to": 5]],
      ["kind": "noise", "change": 0.3, "profile": ["kind": "step", "from": 2]],
    ]
    if set > 3 { document.root["retraining"]?["every"] = 2 }
    try await expectExact(document, cycles: cycles, replicates: 8000)
  }
}
