import Foundation
import SkewlabComponents
import SkewlabEngine
import SkewlabNumerics
import Testing

/// One replicate of a scenario that refits every cycle, as the tests read it.
///
/// Indices follow THEORY.md: cycle 0 fits w₁ on untouched rows, w_t serves in cycle t; "after k fits" is w_k, fitted at the end of cycle k − 1.
struct Path: Sendable {
  /// The records of cycles 0…N.
  let records: [CycleRecord]
  /// The root mean squared residual of the last fit on its own rows.
  let trainingRMSE: Double

  /// The model after k fits.
  func model(afterFits k: Int) -> LinearPredictor {
    guard let fit = records[k - 1].fitted else { preconditionFailure("cycle \(k - 1) fitted nothing") }
    return fit.predictor
  }

  /// The weights after k fits.
  func weights(afterFits k: Int) -> [Double] { model(afterFits: k).weights }

  /// A metric in a cycle.
  func value(_ column: String, cycle: Int) -> Double {
    guard let value = records[cycle][column] else { preconditionFailure("no \(column) in cycle \(cycle)") }
    return value
  }

  /// The mean of a metric over cycles: one number for the replicate, because cycles of one replicate are not independent.
  func mean(_ column: String, cycles: some Collection<Int>) -> Double { average(cycles) { value(column, cycle: $0) } }

  /// The mean over fits of a number of the model.
  func mean(fits: some Collection<Int>, _ value: (LinearPredictor) -> Double) -> Double { average(fits) { value(model(afterFits: $0)) } }

  /// The mean over fits of the weights.
  func meanWeights(fits: some Collection<Int>) -> [Double] {
    let count = weights(afterFits: 1).count
    return (0..<count).map { j in mean(fits: fits) { $0.weights[j] } }
  }
}

/// The mean of a function over places.
func average(_ places: some Collection<Int>, _ value: (Int) -> Double) -> Double {
  places.reduce(0.0) { $0 + value($1) } / Double(places.count)
}

/// Every seed of the target is fixed. `SKEWLAB_TEST_SEED=17` moves all of them, and prints the z of every check: over many seeds these have to look standard normal.
let seedOffset = ProcessInfo.processInfo.environment["SKEWLAB_TEST_SEED"].flatMap { Int($0) }

extension ScenarioDocument {
  /// The document with the seed that its replicates have.
  var reseeded: ScenarioDocument {
    var document = self
    document.root["seed"] = .integer((document.root["seed"]?.integer ?? 1) + 1_000_003 * (seedOffset ?? 0))
    return document
  }
}

private let oneBLASThread: Void = setBLASThreads(1)

/// Runs so many replicates, over all cores, and gives what `summary` makes of each, in order.
func replicates<Summary: Sendable>(
  _ count: Int, of document: ScenarioDocument, catalog: Catalog = .standard, _ summary: @escaping @Sendable (Path) -> Summary
) async throws -> [Summary] {
  _ = oneBLASThread
  let scenario = try Scenario(document.reseeded, catalog: catalog)
  let batch = 16
  var parts: [Int: [Summary]] = [:]
  try await withThrowingTaskGroup(of: (Int, [Summary]).self) { group in
    for start in stride(from: 0, to: count, by: batch) {
      group.addTask {
        let summaries = try (start..<min(start + batch, count)).map { replicate in
          var simulation = Simulation(scenario, replicate: replicate)
          let records = simulation.run()
          try #require(simulation.ending == .completed, "replicate \(replicate)")
          return summary(Path(records: records, trainingRMSE: simulation.model?.trainingRMSE ?? .nan))
        }
        return (start, summaries)
      }
    }
    for try await (start, summaries) in group { parts[start] = summaries }
  }
  return parts.sorted { $0.key < $1.key }.flatMap(\.value)
}

/// A scenario with a gaussian world that refits every cycle, evaluation off, so that the number of rows fitted is exactly `rows`.
func scenario(
  seed: Int, cycles: Int, rows: Int, world: DocumentNode, feedback: DocumentNode = [], learner: DocumentNode = "ols",
  evaluationShare: Double = 0,
  window: DocumentNode = ["cycles": 1]
) -> ScenarioDocument {
  [
    "seed": .integer(seed), "cycles": .integer(cycles), "rows": .integer(rows), "evaluation": ["share": .number(evaluationShare)],
    "world": world,
    "feedback": feedback, "learner": learner, "retraining": ["every": 1, "window": window], "metrics": ["loss", "rmse", "r2"],
  ]
}

/// OLS, with or without an intercept.
func ols(intercept: Bool) -> DocumentNode { ["kind": "ols", "intercept": .bool(intercept)] }

/// Coefficients that differ, so that no permutation of features goes unseen, with norm 1.
func coefficients(_ count: Int) -> [Double] {
  let pattern = (0..<count).map { [1, -0.5, 0.25, 0][$0 % 4] }
  let norm = dot(pattern, pattern).squareRoot()
  return pattern.map { $0 / norm }
}
