import Foundation
import SkewlabExperiments
import SkewlabNumerics
import Testing

/// What the scenarios about retraining teach, asserted on the files as they stand. Four standard errors over 16 replicates (Student t, 15 degrees of freedom): a false alarm once in 900 checks.
@Suite struct PolicyScenarioTests {
  func expect(
    _ interval: MeanInterval?, _ expected: Double, _ what: String, at location: Testing.SourceLocation = #_sourceLocation
  ) throws {
    let interval = try #require(interval, sourceLocation: location)
    #expect(
      abs(interval.mean - expected) < 4 * interval.standardError,
      "\(what): \(interval.mean) ± \(interval.standardError) instead of \(expected)", sourceLocation: location)
  }

  /// w₂₄ = β(1 − a²⁴)/(1 − a) with a = 0.8(1 − h), and the untouched loss is 1 + (that factor − 1)²; at 4,000 rows fitted the fits add less than half of a standard error.
  @Test(arguments: [("none", 0.0, 17.0), ("a-tenth", 0.1, 7.6), ("a-quarter", 0.25, 3.25), ("a-half", 0.5, 1.44)])
  func `a share of original rows decides how far the loop goes`(arm: String, share: Double, told: Double) throws {
    let summary = try ScenarioSignatureTests.results("kept-originals").summary
    let a = 0.8 * (1 - share)
    let factor = (1 - pow(a, 24)) / (1 - a)
    let expected = 1 + (factor - 1) * (factor - 1)
    // The description gives the limit, rounded; a²⁴ is 0.005 without originals.
    #expect(abs(1 + a * a / ((1 - a) * (1 - a)) - told) < 0.02 && abs(expected - told) < 0.2)
    try expect(summary.interval(arm: arm, cycle: 24, metric: "untouched_loss"), expected, arm)
  }
}
