import Foundation
import SkewlabComponents
import SkewlabEngine
import SkewlabExperiments
import SkewlabNumerics
import SkewlabScenarios
import SkewlabTheory
import Testing

/// `explain` on every scenario of the project, against a simulation of it.
@Suite struct ExplainedScenarioTests {
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  static let names = ((try? FileManager.default.contentsOfDirectory(atPath: root.path + "/scenarios")) ?? [])
    .filter { $0.hasSuffix(".yaml") }.sorted()
  static let losses = ["offline_loss", "served_loss", "untouched_loss"]

  /// 4 standard errors over 32 replicates: with 31 degrees of freedom a false alarm once in 2,700 checks, of which there are about 150.
  ///
  /// A curve that is not exact at n rows leaves out estimation: to first order σ²p/n for p parameters on n rows, at most the untouched loss of the model times p/n, and what a loop makes of it, at most 1/(1−rate²) of that; twice this.
  @Test(arguments: names) func `theory and simulation agree on every arm that has a theory`(name: String) throws {
    var document = try ScenarioDocument(contentsOf: Self.root.path + "/scenarios/\(name)")
    document.root["replicates"] = 32
    document.root["rows"] = 2000
    document.root["cycles"] = .integer(min(6, document.root["cycles"]?.integer ?? 6))
    guard let experiment = try? Experiment(document) else { return }  // a table may have too few rows for so many a cycle
    let curves = experiment.arms.map { ExpectedCurve($0.scenario) }
    guard curves.contains(where: { $0 != nil }) else { return }
    let results = experiment.run()
    for (arm, curve) in curves.enumerated() {
      guard let curve, case .success(let theory) = LoopTheory.of(experiment.arms[arm].scenario) else { continue }
      let scenario = experiment.arms[arm].scenario
      var rate = 0.0
      if case .settles(let found) = theory.behaviour { rate = found }
      let fitted = min(scenario.rows, scenario.retraining.component.window.sample ?? scenario.rows)
      let share = Double(theory.matrices.parameters.count) / (Double(fitted) * (1 - scenario.evaluationShare))
      for cycle in 1...scenario.cycles {
        for metric in Self.losses {
          guard let expected = curve.value(metric, cycle: cycle),
            let found = results.summary.interval(arm: arm, cycle: cycle, metric: metric)
          else { continue }
          let rough = expected.kind == .exact ? 0 : 2 * share / max(1e-3, 1 - rate * rate) * expected.value
          #expect(
            abs(found.mean - expected.value) <= 4 * found.standardError + rough,
            "\(name), \(experiment.arms[arm].name), \(metric) in cycle \(cycle): \(found.mean) ± \(found.standardError) instead of \(expected.value)"
          )
        }
      }
    }
  }
}
