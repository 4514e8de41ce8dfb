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
}
