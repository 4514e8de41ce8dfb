import Foundation
import SkewlabComponents
import SkewlabEngine
import SkewlabExperiments
import SkewlabNumerics
import Testing

/// What the scenarios about worlds that react teach, asserted on the scenarios as they stand in their files.
///
/// An interval's standard error is over 16 replicates or more; four of them (Student t, 15 degrees of freedom at the least) are a false alarm once in 900 checks.
@Suite struct ResponseScenarioTests {
  /// A metric of an arm in a cycle, with a bound on what finite rows add to the population's number.
  func expect(
    _ results: ExperimentResults, _ arm: String, cycle: Int, _ metric: String, _ expected: Double, fitting: Double = 0,
    at location: Testing.SourceLocation = #_sourceLocation
  ) throws {
    let interval = try #require(results.summary.interval(arm: arm, cycle: cycle, metric: metric), sourceLocation: location)
    #expect(
      abs(interval.mean - expected) < 4 * interval.standardError + fitting,
      "\(arm), \(metric) in cycle \(cycle): \(interval.mean) ± \(interval.standardError) instead of \(expected)", sourceLocation: location)
    #expect(interval.standardError < 0.03 * max(1, abs(expected)), "no power", sourceLocation: location)
  }

  /// F5. d = 3, n = 3,200 fitted: σ²(d+1)/n = 0.00125 of excess, more where the loop is noisier: 0.005.
  @Test func `a free intercept absorbs a strategic move after one retraining`() throws {
    let results = try ScenarioSignatureTests.results("strategic-features")
    for arm in ["none", "intercept", "no-intercept", "half-move", "half-knowledge"] {
      try expect(
        results, arm, cycle: 16, "served_loss", arm == "none" || arm == "intercept" ? 1 : Self.settled[arm] ?? .nan, fitting: 0.005)
    }
    try expect(results, "intercept", cycle: 1, "served_loss", 1.64, fitting: 0.005)
    for cycle in [2, 3, 16] {
      try expect(results, "intercept", cycle: cycle, "served_loss", 1, fitting: 0.005)
      try expect(results, "intercept", cycle: cycle, "untouched_loss", 1.64, fitting: 0.008)
    }
    // Without an intercept, t(1 + 0.64t²) = 1: on untouched rows (1−t)².
    try expect(results, "no-intercept", cycle: 16, "untouched_loss", 1 + (1 - 0.740320) * (1 - 0.740320), fitting: 0.005)
  }

  /// At w = tβ, ‖β‖ = 1, x′ = x − r·ε(w + noise): with t from t(1 + 0.64t²) = 1, 0.740320, the loss of the regression on x′ is σ² + 1 − t in the two arms
  /// whose second moments (about 0, or about the mean) are I + 0.64t²ββ′; with weights guessed badly S = 2I, t = ½, and σ² + ½.
  static let settled = ["no-intercept": 2 - 0.740320, "half-move": 2 - 0.740320, "half-knowledge": 1.5]
}
