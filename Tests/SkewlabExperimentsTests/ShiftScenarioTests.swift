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

  /// S4: 0.25·(4·1 + 1) = 1.25 for the old line, b₂²·2 = 0.5 less than the best line for the model with the square. The fit adds (σ² + 12b₂²)·(2 + h²)/4,000 = 0.003 on average at most.
  @Test func `other customers harm the line, and not the curve`() throws {
    let results = try ScenarioSignatureTests.results("covariate-shift")
    for (arm, cycles, expected) in [
      ("never", 1...4, 0.0), ("never", 5...10, 1.25), ("every-cycle", 1...4, 0), ("every-cycle", 5...5, 1.25), ("every-cycle", 6...10, 0),
      ("with-square", 1...4, -0.5), ("with-square", 5...10, -0.5),
    ] {
      let found = try Self.average(results, arm: arm, metric: "excess_loss", cycles: cycles)
      // One fit serves all cycles of an arm that never refits, so that their errors are one: the bound on the fit's error is added twice.
      #expect(
        abs(found.mean - expected) < 4 * found.error + 0.006 * (expected > 0 ? 4 : 1),
        "\(arm), cycles \(cycles): \(found) instead of \(expected)")
    }
  }

  /// What the scenario's text says of the real sales; the run is the same to the bit every time.
  @Test func `in Ames a model from before 2008 loses nothing through the crisis, and where prices fall by a quarter it does`() throws {
    let results = try ScenarioSignatureTests.results("house-prices-crisis")
    func loss(_ arm: String, _ cycles: ClosedRange<Int> = 18...34) throws -> Double {
      try Self.average(results, arm: arm, metric: "untouched_loss", cycles: cycles).mean
    }
    let frozen = try loss("frozen"), refitted = try loss("refitted"), window = try loss("window")
    #expect(abs(frozen - 0.0209) < 0.0001 && abs(refitted - 0.0211) < 0.0001, "\(frozen) and \(refitted)")
    #expect(window > 1.02 * refitted && window < 1.05 * refitted)
    #expect(try Self.average(results, arm: "frozen", metric: "best_loss", cycles: 18...34).mean < 0.0194)
    let elsewhere = try loss("frozen-elsewhere", 34...34)
    #expect(abs(elsewhere / (try loss("frozen", 34...34)) - 5.8) < 0.1)
    #expect(abs((try loss("refitted-elsewhere", 34...34)) / elsewhere - 0.545) < 0.01)
    let own = try #require(results.summary.difference(arm: "frozen-elsewhere", minus: "frozen", cycle: 34, metric: "offline_loss"))
    #expect(own.mean == 0)
  }
}
