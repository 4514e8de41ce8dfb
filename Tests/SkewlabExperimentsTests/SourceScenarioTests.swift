import Foundation
import SkewlabComponents
import SkewlabEngine
import SkewlabExperiments
import SkewlabNumerics
import Testing

/// What the scenarios about raw rows teach, asserted on the scenarios as they stand in their files.
///
/// An interval's standard error is over 16 or 24 replicates; four of them (Student t, 15 degrees of freedom at the least) are a false alarm once in 900 checks.
@Suite struct SourceScenarioTests {
  /// The excess of an arm in a cycle, with what the fit of some `rows` rows and `parameters` parameters adds to it (σ²/n each).
  func expectExcess(
    _ results: ExperimentResults, _ arm: String, cycle: Int, _ expected: Double, fitting: Double,
    at location: Testing.SourceLocation = #_sourceLocation
  ) throws {
    let excess = try #require(results.summary.interval(arm: arm, cycle: cycle, metric: "excess_loss"), sourceLocation: location)
    #expect(
      abs(excess.mean - expected) < 4 * excess.standardError + fitting, "\(arm): \(excess.mean) ± \(excess.standardError), \(expected)",
      sourceLocation: location)
    #expect(excess.standardError < 0.03, "no power", sourceLocation: location)
  }

  func expectSameOwnTest(_ results: ExperimentResults, _ arms: [String], cycles: ClosedRange<Int>) throws {
    for arm in arms {
      for cycle in cycles {
        let own = try #require(results.summary.interval(arm: arm, cycle: cycle, metric: "offline_loss"))
        let baseline = try #require(results.summary.interval(arm: "none", cycle: cycle, metric: "offline_loss"))
        // A log that keeps moments and one that keeps rows sum in different orders.
        #expect(abs(own.mean - baseline.mean) < 1e-9 * baseline.mean, "\(arm), cycle \(cycle)")
      }
    }
  }

  @Test func `a late feature costs 0.819, and 0.651 when the model was trained on it`() throws {
    let results = try ScenarioSignatureTests.results("stale-feature")
    // Two parameters fitted on 9,600 rows whose residual variance is 0.25, or 0.9 for the model of late values; these rows remember 19 others.
    let late = 2 * (1 - pow(0.9, 5.0)), both = 1 - pow(0.9, 10.0)
    #expect(abs(late - 0.819) < 0.0005 && abs(both - 0.651) < 0.0005)
    try expectExcess(results, "none", cycle: 6, 0, fitting: 2 * 0.25 / 9600)
    try expectExcess(results, "late", cycle: 6, late, fitting: 2 * 0.25 / 9600)
    try expectExcess(results, "half-late", cycle: 6, late / 2, fitting: 2 * 0.25 / 9600)
    try expectExcess(results, "late-in-training-too", cycle: 6, both, fitting: 2 * 0.9 * 19 / 9600)
    try expectSameOwnTest(results, ["late", "half-late"], cycles: 1...6)
    let own = try #require(results.summary.difference(arm: "late-in-training-too", minus: "none", cycle: 6, metric: "offline_loss"))
    #expect(try #require(own.low) > 0.5, "a model that is trained on late values knows what it loses")
  }

  @Test func `square metres for square feet ruin the predictions, and the own test does not notice`() throws {
    let results = try ScenarioSignatureTests.results("unit-change")
    try expectSameOwnTest(results, ["square-metres", "one-in-ten"], cycles: 1...8)
    for cycle in 1...8 {
      let change = try #require(results.summary.difference(arm: "square-metres", minus: "none", cycle: cycle, metric: "served_loss"))
      let few = try #require(results.summary.difference(arm: "one-in-ten", minus: "none", cycle: cycle, metric: "served_loss"))
      let both = try #require(results.summary.difference(arm: "metres-everywhere", minus: "none", cycle: cycle, metric: "served_loss"))
      // Least squares with a penalty on standardised features is the same in any unit, to rounding.
      #expect(abs(both.mean) < 1e-9)
      if cycle < 4 {
        #expect(change.mean == 0 && few.mean == 0)
      } else {
        let plain = try #require(results.summary.interval(arm: "none", cycle: cycle, metric: "served_loss"))
        #expect(try #require(change.low) > 3 * plain.mean, "many times over")
        #expect(
          try #require(few.low) > 0 && abs(few.mean - change.mean / 10) < 4 * few.standardError, "a tenth of it for a tenth of the rows")
      }
    }
  }

  @Test func `eight hours of another time zone cost 1.875, three times what the hour is worth`() throws {
    let results = try ScenarioSignatureTests.results("time-zone")
    // Five parameters fitted on 9,600 rows with residual variance 0.25, three with 0.875 without the hour.
    try expectExcess(results, "none", cycle: 6, 0, fitting: 5 * 0.25 / 9600)
    try expectExcess(results, "eight-hours", cycle: 6, 1.875, fitting: 5 * 0.25 / 9600)
    try expectExcess(results, "eight-hours-both", cycle: 6, 0, fitting: 5 * 0.25 / 9600)
    try expectExcess(results, "summer-time", cycle: 6, 1.25 * (1 - cos(2 * Double.pi / 24)), fitting: 5 * 0.25 / 9600)
    try expectExcess(results, "no-hour", cycle: 6, 0.625, fitting: 3 * 0.875 / 9600)
    try expectSameOwnTest(results, ["eight-hours", "summer-time"], cycles: 1...6)
  }
}
