import Foundation
import SkewlabComponents
import SkewlabEngine
import SkewlabExperiments
import SkewlabNumerics
import SkewlabScenarios
import Testing

/// What each scenario of the project teaches, asserted on the scenario as it stands in its file.
@Suite struct ScenarioSignatureTests {
  static func results(_ name: String) throws -> ExperimentResults {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    return try Experiment(ScenarioDocument(contentsOf: root.path + "/scenarios/\(name).yaml")).run()
  }

  func checkAnchoring(_ results: ExperimentResults, cycle: Int) throws {
    let summary = results.summary
    let own = try #require(summary.difference(arm: "strong", minus: "none", cycle: cycle, metric: "offline_r2"))
    #expect(try #require(own.low) > 0, "the team's own R² is higher, by its interval")
    let untouched = try #require(summary.difference(arm: "strong", minus: "none", cycle: cycle, metric: "untouched_loss"))
    #expect(try #require(untouched.low) > 0, "the loss on untouched prices is not lower, by its interval")
  }

  @Test func `anchored house prices in order of sale grade the model up and do not make it better`() throws {
    try checkAnchoring(Self.results("house-prices"), cycle: 28)
  }

  @Test func `anchored house prices drawn at random grade the model up and do not make it better`() throws {
    try checkAnchoring(Self.results("house-prices-bootstrap"), cycle: 24)
  }

  /// F1 in the population, ‖β‖ = σ = 1: untouched loss 1 + (ρ/(1−ρ))², R² of the log 1 − σ²/(‖β/(1−ρ)‖² + σ²); at n = 5,000 the fit adds O(d/n) to each, below
  /// a tenth of the standard errors here. Four standard errors over 16 replicates (Student t, 15 degrees of freedom): a false alarm once in 900 checks.
  @Test(arguments: [("none", 0.0), ("moderate", 0.4), ("self-defeating", -0.5)])
  func `outcomes that follow the prediction drag the model to the fixed point`(arm: String, strength: Double) throws {
    let summary = try Self.results("label-follows-prediction").summary
    let untouched = try #require(summary.interval(arm: arm, cycle: 24, metric: "untouched_loss"))
    let pull = strength / (1 - strength)
    #expect(abs(untouched.mean - (1 + pull * pull)) < 4 * untouched.standardError)
    let own = try #require(summary.interval(arm: arm, cycle: 24, metric: "offline_r2"))
    let size = 1 / ((1 - strength) * (1 - strength))
    #expect(abs(own.mean - size / (size + 1)) < 4 * own.standardError)
  }

  @Test func `a strong loop shows R² 0.96 on its own test and a loss of 17 on untouched outcomes`() throws {
    let summary = try Self.results("label-follows-prediction").summary
    let untouched = try #require(summary.interval(arm: "strong", cycle: 24, metric: "untouched_loss"))
    // 23 refits after the first leave 0.8^23 of the way: w = 5β(1 − 0.8^24), so that the population loss is 1 + (4 − 5·0.8^24)².
    let expected = 1 + 3.976388177 * 3.976388177
    #expect(abs(untouched.mean - expected) < 4 * untouched.standardError)
    #expect(abs(expected - 17) < 0.2)
    let own = try #require(summary.interval(arm: "strong", cycle: 24, metric: "offline_r2"))
    #expect(abs(own.mean - 0.9615) < 4 * own.standardError + 0.0002)
  }

  // MARK: Pipelines that disagree. Four standard errors over 16 replicates (Student t, 15 degrees of freedom): a false alarm once in 900 checks.

  private func expect(
    _ interval: MeanInterval?, _ expected: Double, _ what: String, at location: Testing.SourceLocation = #_sourceLocation
  ) throws {
    let interval = try #require(interval, sourceLocation: location)
    #expect(
      abs(interval.mean - expected) < 4 * interval.standardError,
      "\(what): \(interval.mean) ± \(interval.standardError) instead of \(expected)",
      sourceLocation: location)
  }

  /// P2: p·w²(σ² + (m − f)²) with p = 0.2, w = 1.5, m = 2, σ = 1, on a table whose gaps are like the other rows.
  @Test func `missing values read as 0 cost 2.25 where the mean costs 0.45`() throws {
    let summary = try Self.results("imputation-mismatch").summary
    try expect(summary.interval(arm: "same-rule", cycle: 6, metric: "untouched_loss"), 0.45, "the mean on both sides")
    try expect(summary.interval(arm: "zero", cycle: 6, metric: "untouched_loss"), 2.25, "0 in serving")
    try expect(summary.interval(arm: "minus-999", cycle: 6, metric: "untouched_loss"), 0.45 * (1 + 1001 * 1001), "−999 in serving")
    try expect(summary.interval(arm: "zero", cycle: 6, metric: "differing_share"), 0.2, "rows that the sides score differently")
    #expect(summary.interval(arm: "same-rule", cycle: 6, metric: "differing_share")?.mean == 0)
    #expect(summary.interval(arm: "same-rule", cycle: 6, metric: "pipeline_skew")?.mean == 0)
    let own = try #require(summary.difference(arm: "zero", minus: "same-rule", cycle: 6, metric: "offline_loss"))
    #expect(own.mean == 0, "the own test runs through the training side")
  }

  @Test func `categories in another order cost, and the own test sees nothing`() throws {
    let summary = try Self.results("category-order").summary
    for arm in ["exchanged", "rotated"] {
      #expect(try #require(summary.difference(arm: arm, minus: "same-order", cycle: 6, metric: "untouched_loss")?.low) > 0, "\(arm)")
      #expect(summary.difference(arm: arm, minus: "same-order", cycle: 6, metric: "offline_loss")?.mean == 0, "\(arm)")
    }
  }

  /// Of a standard normal feature: 2Q(2) = 4.55 % of rows lie beyond 2σ. With b_k = E(x·clip_k x) = P(|x| < k), c_k = E clip_k² and the slope w = b₃/c₃ = 1.0023
  /// of the fit, the loss is 1 + 1 − 2wb_k + w²c_k: 0.0109842 more at k = 2.
  @Test func `a clip at two sigmas touches 4.55 % of rows`() throws {
    let summary = try Self.results("clip-threshold").summary
    try expect(summary.interval(arm: "two-sigmas", cycle: 4, metric: "differing_share"), 0.0455003, "rows touched")
    try expect(
      summary.difference(arm: "two-sigmas", minus: "three-sigmas", cycle: 4, metric: "untouched_loss"), 0.0109842, "what it costs")
  }

  /// The lost weight is −0.4, of a standard normal feature: 0.16.
  @Test func `a scorer by hand costs what its lost weight is worth`() throws {
    let summary = try Self.results("hand-written-scorer").summary
    try expect(summary.difference(arm: "dropped-weight", minus: "as-is", cycle: 4, metric: "untouched_loss"), 0.16, "the lost weight")
    #expect(try #require(summary.difference(arm: "bin-edges", minus: "as-is", cycle: 4, metric: "untouched_loss")?.low) > 0)
    let half = try #require(summary.difference(arm: "half-precision", minus: "as-is", cycle: 4, metric: "untouched_loss"))
    #expect(abs(half.mean) < 0.001 && (summary.interval(arm: "half-precision", cycle: 4, metric: "differing_share")?.mean ?? 0) > 0.99)
  }

  /// Integrals over the law of the scores, N(−1, 2): what another function costs where the model is the truth. The fit moves the scores; what that adds at second order is about d/n times the
  /// curvature of the other loss over that of the log loss: below 0.002 for the hard sigmoid, whose certainties cost 36 when they are wrong, and of the same relative size elsewhere.
  @Test func `a hard sigmoid doubles the log loss, and accuracy and the own test do not see it`() throws {
    let summary = try Self.results("link-approximation").summary
    func cost(_ p: (Double) -> Double) -> Double {
      stride(from: -10.0, through: 10, by: 1e-4).reduce(0) { sum, z in
        let s = -1 + 2.0.squareRoot() * z, truth = 1 / (1 + exp(-s)), other = min(1 - 0x1p-52, max(0x1p-52, p(s)))
        let loss = -truth * log(other / truth) - (1 - truth) * log((1 - other) / (1 - truth))
        return sum + 1e-4 * exp(-z * z / 2) / (2 * Double.pi).squareRoot() * loss
      }
    }
    func table(_ s: Double) -> Double {
      let low = min(max(2 * (s / 2).rounded(.down), -8), 6), share = min(max((s - low) / 2, 0), 1)
      return (1 - share) / (1 + exp(-low)) + share / (1 + exp(-low - 2))
    }
    for (arm, expected, fit) in [
      ("hard-sigmoid", cost { 0.5 + $0 / 4 }, 0.002), ("gentler-slope", cost { 0.5 + $0 / 6 }, 0.0005), ("table", cost(table), 0.00002),
      ("left-out", cost { $0 }, 0.005),
    ] {
      let difference = try #require(summary.difference(arm: arm, minus: "as-is", cycle: 3, metric: "untouched_loss"))
      #expect(
        abs(difference.mean - expected) < 4 * difference.standardError + fit,
        "\(arm): \(difference.mean) ± \(difference.standardError), \(expected)")
      #expect(try #require(difference.low) > 0, "\(arm)")
      #expect(summary.difference(arm: arm, minus: "as-is", cycle: 3, metric: "offline_loss")?.mean == 0, "\(arm)")
    }
    for arm in ["hard-sigmoid", "gentler-slope", "table"] {
      #expect(
        summary.difference(arm: arm, minus: "as-is", cycle: 3, metric: "served_accuracy")?.mean == 0, "½ is where the score is 0: \(arm)")
      #expect(abs(try #require(summary.difference(arm: arm, minus: "as-is", cycle: 3, metric: "served_auc")).mean) < 0.01, "\(arm)")
      #expect(try #require(summary.interval(arm: arm, cycle: 3, metric: "differing_share")).mean > 0.99, "\(arm)")
    }
    #expect(try #require(summary.difference(arm: "hard-sigmoid", minus: "as-is", cycle: 3, metric: "served_calibration_error")?.low) > 0)
  }

  @Test func `a leak pleases the own test and harms the service`() throws {
    let summary = try Self.results("target-leakage").summary
    #expect(try #require(summary.difference(arm: "leak", minus: "clean", cycle: 4, metric: "offline_loss")?.high) < 0)
    #expect(try #require(summary.difference(arm: "leak", minus: "clean", cycle: 4, metric: "untouched_loss")?.low) > 0)
  }

  /// R1: P(late) = e^(−(μ−λ)D) with λ = 50/s, D = 50 ms and μ = 100/s over the slowdown, and an excess of that share of w′Sw = 1. Four standard errors over 64 replicates.
  @Test func `a slower version serves the mean to more and more requests, and the own test does not see it`() throws {
    let results = try Self.results("slow-version")
    let summary = results.summary
    for (arm, late) in [("as-fast", 0.082), ("slower-1.25", 0.223), ("slower-1.6", 0.535), ("slower-1.9", 0.877)] {
      let share = try #require(summary.interval(arm: arm, cycle: 12, metric: "late_share"))
      // The shares are given to three decimals.
      #expect(abs(share.mean - late) < 4 * share.standardError + 0.0005, "\(arm): \(share.mean)")
      let served = try #require(summary.interval(arm: arm, cycle: 12, metric: "served_loss"))
      // The fit adds σ²·6/4,000 on average, and the noise of the cycle's rows is in the standard error.
      #expect(abs(served.mean - 1 - late) < 4 * served.standardError + 0.002, "\(arm): \(served.mean)")
      if arm == "as-fast" { continue }
      let slower = try #require(summary.difference(arm: arm, minus: "as-fast", cycle: 12, metric: "served_loss"))
      #expect(try #require(slower.low) > 0)
      let own = try #require(summary.difference(arm: arm, minus: "as-fast", cycle: 12, metric: "offline_loss"))
      #expect(own.mean == 0, "the own test is the same to the bit")
    }
  }
}
