import Foundation
import SkewlabEngine
import SkewlabExperiments
import SkewlabScenarios
import Synchronization

/// Results written down by hand: a number for each arm, metric, cycle from 1 on, and replicate.
///
/// - Parameters:
///   - values: `values[arm][metric]![cycle - 1][replicate]`; a replicate ends at its first `nil`.
///   - ending: What is said of a run that ends early.
func constructed(
  _ experiment: Experiment, _ values: [[String: [[Double?]]]], ending: String = "diverged"
) -> Summary {
  var runs: [RunResult] = []
  for run in experiment.plan {
    let columns = experiment.arms[run.arm].scenario.columns, own = values[run.arm]
    var result = RunResult(run: run)
    result.cycles = [.init(cycle: 0, values: columns.map { _ in nil })]
    for cycle in 0..<experiment.arms[run.arm].scenario.cycles {
      let row = columns.map { column in own[column].flatMap { $0[cycle][run.replicate] } }
      if row.allSatisfy({ $0 == nil }) {
        result.ending = ending
        result.endingCycle = cycle
        break
      }
      result.cycles.append(.init(cycle: cycle + 1, values: row))
    }
    runs.append(result)
  }
  return ExperimentResults(experiment: experiment, runs: runs).summary
}

/// A world of one feature with an ordinary fit, so that every loss and R² has a column.
func smallExperiment(arms: [String], cycles: Int, replicates: Int, metrics: DocumentNode = ["loss"], evaluation: Double = 0.2) throws
  -> Experiment
{
  let document: ScenarioDocument = [
    "title": "By hand", "seed": 3, "cycles": .integer(cycles), "rows": 40, "replicates": .integer(replicates),
    "evaluation": ["share": .number(evaluation)], "world": ["kind": "gaussian", "features": 1], "metrics": metrics,
    "feedback": [["kind": "label-follows-prediction", "strength": 0.5]],
    "arms": DocumentNode(.list(arms.map { ["name": .string($0)] })),
  ]
  return try Experiment(document)
}

private let counts = Mutex(())

/// Counts what a test did: `make check` prints it.
func report(_ what: String) {
  guard let path = ProcessInfo.processInfo.environment["SKEWLAB_COUNTS"], let file = FileHandle(forWritingAtPath: path) else { return }
  counts.withLock { _ in
    file.seekToEndOfFile()
    file.write(Data((what + "\n").utf8))
    file.closeFile()
  }
}
