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
    let curve = try #require(ExpectedCurve(Scenario(document, catalog: .standard)))
    let columns = Self.losses.filter { curve.columns.contains($0) }
    let paths = try await replicates(4000, of: document) { path in
      (1...cycles).map { cycle in columns.map { path.records[cycle][$0] ?? .nan } }
    }
    for cycle in 1...cycles {
      for (k, column) in columns.enumerated() {
        let expected = try #require(curve.value(column, cycle: cycle))
        #expect(expected.kind == .exact)
        // No evaluation rows at all have a chance below 1e-5; such a replicate has no loss.
        let values = paths.map { $0[cycle - 1][k] }.filter(\.isFinite)
        expectMean(values, equals: expected.value, resolving: 0.2 * max(1, abs(expected.value)), "\(column) in cycle \(cycle)")
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
}
