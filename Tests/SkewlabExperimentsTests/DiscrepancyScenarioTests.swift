import Foundation
import SkewlabComponents
import SkewlabEngine
import SkewlabExperiments
import SkewlabNumerics
import Testing

/// What the scenarios about joins, versions, ports and logs teach, asserted on the scenarios as they stand in their files.
///
/// An interval's standard error is over 16 or 32 replicates; four of them (Student t, 15 degrees of freedom at the least) are a false alarm once in 900 checks.
@Suite struct DiscrepancyScenarioTests {
  private func difference(
    _ summary: Summary, _ arm: String, _ baseline: String, cycle: Int = 4, _ metric: String = "untouched_loss",
    at location: Testing.SourceLocation = #_sourceLocation
  ) throws -> MeanInterval {
    try #require(summary.difference(arm: arm, minus: baseline, cycle: cycle, metric: metric), sourceLocation: location)
  }

  private func expect(
    _ interval: MeanInterval, _ expected: Double, error: Double = 0, _ what: String, at location: Testing.SourceLocation = #_sourceLocation
  ) {
    #expect(
      abs(interval.mean - expected) < 4 * interval.standardError + error,
      "\(what): \(interval.mean) ± \(interval.standardError) instead of \(expected)", sourceLocation: location)
  }

  @Test func `a wrong join costs what its law says`() throws {
    let summary = try ScenarioSignatureTests.results("wrong-join").summary
    for (arm, cost) in [("next-row", 2.0), ("timeouts", 1), ("noisy-sensor", 0.25), ("exchanged", 0.5), ("exchanged-on-one-in-five", 0.1)] {
      let excess = try difference(summary, arm, "as-is")
      // The fit's weights are off by 0.5/√4,000: cubes of that are below 1e-6, and the mean of the others is zero.
      expect(excess, cost, arm)
      #expect(excess.standardError < 0.03, "no power")
      #expect(try difference(summary, arm, "as-is", "offline_loss").mean == 0, "the own test is the same to the bit")
    }
    expect(try #require(summary.interval(arm: "timeouts", cycle: 4, metric: "differing_share")), 0.1, "rows touched")
    expect(try #require(summary.interval(arm: "exchanged-on-one-in-five", cycle: 4, metric: "differing_share")), 0.2, "rows touched")
  }

  /// The half stars of x ~ N(3, 1) that lie half-way above an even number: half-even goes down, half-up goes up.
  @Test func `half-up instead of half-even changes a quarter of the ratings`() throws {
    let summary = try ScenarioSignatureTests.results("library-upgrade").summary
    func normal(_ x: Double) -> Double { 0.5 * erfc(-(x - 3) / 2.0.squareRoot()) }
    let share = stride(from: -6.0, through: 12, by: 2).reduce(0) { $0 + normal($1 + 0.75) - normal($1 + 0.25) }
    #expect(abs(share - 0.25) < 0.005)
    expect(try #require(summary.interval(arm: "half-up", cycle: 4, metric: "differing_share")), share, "rows that differ")
    expect(
      try #require(summary.interval(arm: "half-up-on-three-in-ten", cycle: 4, metric: "differing_share")), 0.3 * share, "rows that differ")
    // Half a star too much where it was half a star too little; the slope is within 0.1 of 1, and a star's loss within 0.01 of the same.
    #expect(abs(try difference(summary, "half-up", "same-version").mean) < 0.01, "the loss hardly moves")
    // √(n/(n − 1)) − 1 with n = 4,000 is 1.3e-4 of predictions whose variance is near 1: 1.6e-8 and a cross term of its size times the fit's error.
    for arm in ["n-minus-1", "lower-quantiles"] {
      #expect(abs(try difference(summary, arm, "same-version").mean) < 1e-4, "\(arm) hardly shows")
      #expect(try #require(summary.interval(arm: arm, cycle: 4, metric: "differing_share")).mean > 0)
    }
    // λ = 1 leaves half of each standardised weight: (w/2)² a feature, w² of half-even stars 1 + the rounding's own variance and of income 0.25.
    let penalty = try difference(summary, "default-penalty", "same-version")
    #expect(try #require(penalty.low) > 0.2)
    #expect(try difference(summary, "default-penalty", "same-version", cycle: 1).mean == 0, "the first fit came before the upgrade")
  }

  @Test func `another hash costs, and a lost tail too`() throws {
    let summary = try ScenarioSignatureTests.results("ported-encoder").summary
    for arm in ["another-seed", "lost-tail", "empty-is-zero"] {
      #expect(try #require(difference(summary, arm, "same-code").low) > 0, "\(arm)")
      #expect(try difference(summary, arm, "same-code", "offline_loss").mean == 0, "\(arm)")
    }
    let lower = try #require(summary.interval(arm: "lower-case", cycle: 4, metric: "differing_share"))
    expect(lower, 0.1, "one name in ten")
    #expect(try difference(summary, "lower-case", "same-code").mean < difference(summary, "another-seed", "same-code").mean)
  }

  @Test func `a pipeline written again ruins predictions, but for the grid`() throws {
    let summary = try ScenarioSignatureTests.results("rewritten-pipeline").summary
    let plain = try #require(summary.interval(arm: "as-is", cycle: 4, metric: "untouched_loss")).mean
    for (arm, times) in [("not-scaled", 1000.0), ("scaled-twice", 10), ("log10", 0.5), ("clipped-last", 1000)] {
      #expect(try #require(difference(summary, arm, "as-is").low) > times * plain, "\(arm)")
    }
    // Clipped amounts have a slope of 0.0203 rather than 0.02, and lie 0.1 % on the limits: within a twentieth of the law.
    let grid = 0.02 * 0.02 * 100 / 3
    expect(try difference(summary, "whole-tens", "as-is"), grid, error: 0.05 * grid, "whole tens")
    for arm in ["not-scaled", "scaled-twice", "log10", "clipped-last", "whole-tens"] {
      #expect(try difference(summary, arm, "as-is", "offline_loss").mean == 0, "\(arm)")
    }
  }

  @Test func `a scaler of nine houses is worse than an old one`() throws {
    let summary = try ScenarioSignatureTests.results("another-scaler").summary
    func mean(_ arm: String) throws -> Double {
      try (3...17).reduce(0) { $0 + (try #require(summary.interval(arm: arm, cycle: $1, metric: "untouched_loss")).mean) } / 15
    }
    let own = try mean("own-scaler")
    #expect(try mean("of-a-sample") > 1.2 * own)
    for arm in ["one-fit-old", "the-first", "of-the-batch"] { #expect(abs(try mean(arm) / own - 1) < 0.2, "\(arm) is near") }
    // In cycle 1 the model's own scaler is the first.
    for arm in ["one-fit-old", "the-first"] { #expect(try difference(summary, arm, "own-scaler", cycle: 1).mean == 0) }
    #expect(try #require(summary.interval(arm: "of-the-batch", cycle: 17, metric: "differing_share")).mean == 1)
  }

  @Test func `rows lost at random cost little, rows lost by their outcome much, and the own test is pleased`() throws {
    let summary = try ScenarioSignatureTests.results("lost-and-repeated-rows").summary
    // σ²·4/560 − σ²·4/800: 0.002.
    #expect(abs(try difference(summary, "lost-at-random", "whole").mean) < 0.01)
    #expect(try #require(difference(summary, "lost-large", "whole").low) > 0.1)
    #expect(try #require(difference(summary, "lost-large", "whole", "offline_loss").high) < -0.1)
    #expect(try #require(difference(summary, "repeated-large", "whole").low) > 0)
  }
}
