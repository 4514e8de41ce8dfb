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

  /// What a fit of n rows costs, with an intercept (THEORY.md, v).
  func excess(rows n: Double, features d: Double) -> Double { 1 / n + (n + 1) / n * d / (n - d - 2) }

  /// S2: c/T + q(T+1)(2T+1)/6.
  func staleness(_ interval: Int, cost: Double, drift: Double) -> Double {
    let t = Double(interval)
    return cost / t + drift * (t + 1) * (2 * t + 1) / 6
  }

  /// S2 is exact at finite n: the fit's own error adds v, whatever its age.
  @Test func `the best interval between refits is found by the arms`() throws {
    let summary = try ScenarioSignatureTests.results("staleness").summary
    let intervals = [1, 2, 3, 5, 8, 12], cost = 0.09, drift = 0.03 * 0.03
    for interval in intervals {
      try expect(
        summary.interval(arm: "every-\(interval)", cycle: 120, metric: "average_cost"),
        staleness(interval, cost: cost, drift: drift) + excess(rows: 2000, features: 3), "every \(interval)")
    }
    let best = try #require((1...60).min { staleness($0, cost: cost, drift: drift) < staleness($1, cost: cost, drift: drift) })
    #expect(best == 5)
    for interval in intervals where interval != best {
      let worse = try #require(summary.difference(arm: "every-\(interval)", minus: "every-\(best)", cycle: 120, metric: "average_cost"))
      #expect(try #require(worse.low) > 0, "every \(interval) costs more than every \(best), by its interval")
    }
  }

  /// S3 at finite n (derived in StalenessTests), averaged over 80 cycles; cycle s has min(W, s) cycles behind it.
  func windowed(_ window: Int, rows n: Double, features d: Double, drift: Double) -> Double {
    (1...80).reduce(0.0) { sum, cycle in
      let w = Double(min(window, cycle)), total = w * n
      let spread = total * (w * w - 1) / 12 / ((total - 1) * (total + 2)) * (1 - 2 / total + (total * d - 2) / (total - d - 1))
      return sum + d / (total - d - 1) + drift * ((w + 1) * (w + 1) / 4 + spread)
    } / 80
  }

  @Test func `the best window is found by the arms`() throws {
    let summary = try ScenarioSignatureTests.results("window-length").summary
    let windows = [1, 2, 3, 5, 8, 12], drift = 0.0275 * 0.0275
    for window in windows {
      try expect(
        summary.interval(arm: "last-\(window)", cycle: 80, metric: "average_cost"),
        windowed(window, rows: 100, features: 5, drift: drift), "last \(window)")
    }
    let best = try #require(
      (1...40).min { windowed($0, rows: 100, features: 5, drift: drift) < windowed($1, rows: 100, features: 5, drift: drift) })
    #expect(best == 5)
    for window in windows where window != best {
      let worse = try #require(summary.difference(arm: "last-\(window)", minus: "last-5", cycle: 80, metric: "average_cost"))
      #expect(try #require(worse.low) > 0, "last \(window)")
    }
  }

  /// Weights λ^i are late by 1 + λ¹⁰⁰/(1−λ¹⁰⁰) = 3.03 cycles against 3, and have (1+λ)/(1−λ) = 499 rows against 500: 0.0002 apart; in the first cycles, until 1,000 rows are there, forgetting is
  /// noisier by up to (1+λᴺ)/(1−λᴺ), and less late: together below 0.001.
  @Test func `forgetting costs what the window of the same memory does`() throws {
    let summary = try ScenarioSignatureTests.results("window-length").summary
    let filter = try #require(summary.difference(arm: "filter", minus: "last-5", cycle: 80, metric: "average_cost"))
    #expect(abs(filter.mean) < 4 * filter.standardError + 0.001)
    let same = try #require(summary.difference(arm: "half-life", minus: "filter", cycle: 80, metric: "average_cost"))
    // 2^(−1/172.94) is 0.996 to 1e-6, and the filter's start weighs a thousandth of a row.
    #expect(abs(same.mean) < 1e-4)
  }

  /// F fits of 0.1 each, and k cycles with the old model at 0.8² each, among 24; every fit adds v.
  @Test(arguments: [("never", 1, 14), ("every-cycle", 24, 1), ("every-sixth", 4, 2), ("on-loss", 2, 1), ("patient", 2, 2)])
  func `a loss that is watched finds a sudden change with one refit`(arm: String, fits: Int, stale: Int) throws {
    let summary = try ScenarioSignatureTests.results("sudden-change").summary
    let counted = try #require(summary.interval(arm: arm, cycle: 24, metric: "fits"))
    #expect(counted.mean == Double(fits) && counted.standardError == 0)
    try expect(
      summary.interval(arm: arm, cycle: 24, metric: "average_cost"),
      (0.1 * Double(fits) + 0.64 * Double(stale)) / 24 + excess(rows: 2000, features: 3), arm)
  }
}
