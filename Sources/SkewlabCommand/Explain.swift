internal import ArgumentParser
internal import SkewlabEngine
internal import SkewlabExperiments
internal import SkewlabReports

/// `skewlab explain`.
struct Explain: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say what theory expects of a scenario, arm by arm, without running it.",
    discussion: """
      Where the parts of a scenario are affine: where retraining leads and how fast, what would be best, and the losses that each cycle is expected to show; with warnings that save a day. Where there is no closed form: which part prevents it.

      EXAMPLES:
        skewlab explain scenarios/label-follows-prediction.yaml
        skewlab explain mine.yaml --set feedback.0.strength=1.02
      """)

  @OptionGroup var scenario: ScenarioOptions

  func run() throws {
    let experiment = try Experiment(scenario.document())
    let first = experiment.arms[0].scenario
    Terminal.output(bold: first.title)
    for arm in experiment.arms {
      Terminal.output("")
      if experiment.arms.count > 1 { Terminal.output(bold: "arm '\(arm.name)'") }
      Terminal.output(Explanation(arm.scenario).text)
    }
  }
}
