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

  /// What the text says of real sales; margins of a fifth, ten times the errors over 16 replicates and four cycles, but for the few heavy rows of larger-houses.
  @Test func `of five changes noise is the loudest, and a coefficient and gaps are what a model loses by`() throws {
    let results = try ScenarioSignatureTests.results("which-shift-hurts")
    func mean(_ arm: String, _ metric: String) throws -> Double { try Self.average(results, arm: arm, metric: metric, cycles: 3...6).mean }
    let none = try mean("none", "excess_loss"), loss = try mean("none", "untouched_loss")
    #expect(none > 0 && none < 0.0015)
    #expect(abs(try mean("noisier", "untouched_loss") / loss - 2.15) < 0.1)
    #expect(abs(try mean("noisier", "excess_loss") - none) < 0.0003)
    #expect(abs(try mean("old-town", "excess_loss") - none) < 0.0003)
    #expect(abs(try mean("quality-counts-more", "excess_loss") - none - 0.003) < 0.0006)
    #expect(abs(try mean("gaps", "excess_loss") - none - 0.0033) < 0.0006)
    #expect(abs(try mean("larger-houses", "untouched_loss") / loss - 2.8) < 0.4)
  }

  /// In the population, from the mixture's own best lines: a frozen model's excess at a share of 0.8, and a line of one cycle before.
  @Test func `a minority that grows is served worse and worse, unless the model follows`() throws {
    let results = try ScenarioSignatureTests.results("other-customers")
    func mean(_ arm: String, _ cycles: ClosedRange<Int>, _ metric: String = "excess_loss") throws -> (mean: Double, error: Double) {
      try Self.average(results, arm: arm, metric: metric, cycles: cycles)
    }
    let lines = [0.2, 0.8].map { Self.bestLine(minority: $0) }
    let expected = Self.gap(lines[0], lines[1], minority: 0.8)
    let frozen = try mean("minority-grows", 8...10)
    // One fit serves all cycles: its error, of the size of √(4·0.003·expected), is shared by them.
    #expect(abs(frozen.mean - expected) < 4 * frozen.error + 0.1, "\(frozen) instead of \(expected)")
    #expect(try mean("refitted", 9...10).mean < 0.005)
    #expect(try mean("refitted", 2...8).mean < 0.13)
    #expect(try mean("correlated", 8...10).mean < 0.06)
    #expect(abs(try mean("labels", 8...10, "untouched_mean_prediction").mean - 0.55) < 0.01)
  }

  /// The best line of the scenario's mixture in closed form: two features, groups with identity covariance, means 0 and (1, 1), coefficients 1 and −1, intercepts 0 and 1; by symmetry both weights are equal.
  static func bestLine(minority p: Double) -> (intercept: Double, weight: Double) {
    // With s = x₁ + x₂: Var s = 2 + 4p(1−p), E y = p(1 − 2), Cov(s, y) = (1−p)·2 + p·(−2) + p(1−p)·(2 − 0)(−1 − 0).
    let variance = 2 + 4 * p * (1 - p), covariance = 2 * (1 - p) - 2 * p - 2 * p * (1 - p)
    let weight = covariance / variance
    return (-p - weight * 2 * p, weight)
  }

  /// The mean squared difference of two such lines at a share.
  static func gap(_ a: (intercept: Double, weight: Double), _ b: (intercept: Double, weight: Double), minority p: Double) -> Double {
    let weight = a.weight - b.weight, middle = a.intercept - b.intercept + weight * 2 * p
    return middle * middle + weight * weight * (2 + 4 * p * (1 - p))
  }
}
