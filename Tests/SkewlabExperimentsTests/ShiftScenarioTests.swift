import Foundation
import SkewlabExperiments
import SkewlabNumerics
import Testing

/// What the scenarios of a changing world teach, asserted on the scenarios as they stand.
@Suite struct ShiftScenarioTests {
  /// The average over cycles of a metric's mean over replicates.
  static func average(_ results: ExperimentResults, arm: String, metric: String, cycles: ClosedRange<Int>) throws -> (
    mean: Double, error: Double
  ) {
    let intervals = try cycles.map { try #require(results.summary.interval(arm: arm, cycle: $0, metric: metric)) }
    let count = Double(intervals.count)
    // Cycles of a replicate are nearly independent here: rows are drawn anew, and the fits' errors are small.
    let squares = intervals.reduce(0.0) { $0 + $1.standardError * $1.standardError }
    return (intervals.reduce(0.0) { $0 + $1.mean } / count, squares.squareRoot() / count)
  }

  /// c²/2·(1 + A² − 2A·cos(2πL/P)). The fit adds σ²·4/(2,000·W) on average and about as much again for the swing within its window: below 0.005 in all.
  @Test func `a window of half a period is worse than no retraining, one of a whole period as bad`() throws {
    let results = try ScenarioSignatureTests.results("seasonality")
    for (arm, window) in [("never", nil), ("last-month", 1), ("half-year", 6), ("last-year", 12)] as [(String, Double?)] {
      let period = 12.0, size = 0.5
      let share = window.map { sin(.pi * $0 / period) / ($0 * sin(.pi / period)) } ?? 0
      let late = window.map { ($0 + 1) / 2 } ?? 0
      let expected = size * size / 2 * (1 + share * share - 2 * share * cos(2 * .pi * late / period))
      let found = try Self.average(results, arm: arm, metric: "excess_loss", cycles: 13...36)
      #expect(
        found.mean > expected - 4 * found.error && found.mean < expected + 4 * found.error + 0.005,
        "\(arm): \(found) instead of \(expected)")
    }
  }
}
