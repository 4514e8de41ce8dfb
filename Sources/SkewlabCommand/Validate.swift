internal import ArgumentParser
internal import SkewlabEngine
internal import SkewlabExperiments
internal import SkewlabReports
internal import SkewlabScenarios

/// `skewlab validate`.
struct Validate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check scenario files, and say what they would take.",
    discussion: """
      Reads every file, data included, and makes every arm, without running. Exit code 65 when any of them has an error.

      EXAMPLES:
        skewlab validate scenarios/*.yaml
      """)

  @Argument(help: "Scenario files.", completion: .file(extensions: ["yaml", "yml"]))
  var files: [String]

  func run() throws {
    var isBad = false
    for file in files {
      do throws(ScenarioError) {
        let experiment = try Experiment(ScenarioDocument(contentsOf: file))
        Terminal.output(describe(experiment, file: file))
      } catch {
        isBad = true
        for problem in error.problems { Terminal.error("error: \(problem.message)") }
      }
    }
    if isBad { throw ExitCode(65) }
  }

  private func describe(_ experiment: Experiment, file: String) -> String {
    var lines: [String] = []
    for arm in experiment.arms {
      let scenario = arm.scenario
      let memory = Format.bytes(scenario.loggedDoubles.multipliedReportingOverflow(by: 8).partialValue)
      let log =
        scenario.rowsReason.map { "the log keeps rows (\($0)), about \(memory) per run" }
        ?? "the log keeps second moments, \(memory) per run whatever the rows"
      lines.append(
        "\(file): \(experiment.arms.count > 1 ? "arm '\(arm.name)': " : "")\(scenario.replicates) × \(scenario.cycles) cycles × \(scenario.rows) rows, \(scenario.world.component.schema.count) features encoded as \(scenario.pipeline.output.count); \(log)"
      )
    }
    lines += experiment.notes.map { "\(file): note: \($0)" }
    return lines.joined(separator: "\n")
  }
}
