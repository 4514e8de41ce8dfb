internal import SkewlabEngine

/// A results file that every run adds lines to.
enum RunFile: CaseIterable {
  case cycles, parameters, deployments, alarms

  var name: String {
    switch self {
    case .cycles: "cycles.csv"
    case .parameters: "parameters.csv"
    case .deployments: "deployments.csv"
    case .alarms: "alarms.csv"
    }
  }

  /// Whether an experiment has it.
  func isWritten(for experiment: Experiment) -> Bool {
    self != .alarms || experiment.arms.contains { !$0.scenario.monitors.isEmpty }
  }

  /// Its first line; `columns` are those of the metrics.
  func header(_ columns: [String]) -> CSVText {
    let own =
      switch self {
      case .cycles: columns
      case .parameters: ["parameter", "value"]
      case .deployments:
        ["fitted_in", "training_version", "serving_version", "step", "feature", "statistic", "training", "serving", "agree"]
      case .alarms: ["monitor", "signal"]
      }
    return CSVText(line: ["arm", "replicate", "cycle"] + own)
  }

  /// The lines of a run.
  func lines(of result: RunResult, in arm: Experiment.Arm, _ columns: [String]) -> CSVText {
    var key = CSVText(), text = CSVText()
    key.add(arm.name)
    key.add(result.run.replicate)
    func begin(_ cycle: Int) {
      text.add(key)
      text.add(cycle)
    }
    switch self {
    case .cycles:
      let places = columns.map { arm.scenario.columns.firstIndex(of: $0) }
      for cycle in result.cycles {
        begin(cycle.cycle)
        for place in places { text.add(place.flatMap { cycle.values[$0] }) }
        text.endLine()
      }
    case .parameters:
      let names = ["intercept"] + arm.scenario.pipeline.output.names
      for fit in result.fits {
        for (name, value) in zip(names, [fit.intercept] + fit.weights) {
          begin(fit.cycle)
          text.add(name)
          text.add(value)
          text.endLine()
        }
      }
    case .deployments:
      for row in result.deployments {
        begin(row.cycle)
        text.add(row.fittedIn)
        for name in [row.trainingVersion, row.servingVersion, row.step, row.feature, row.statistic] { text.add(name) }
        text.add(row.training)
        text.add(row.serving)
        text.add(row.agrees ? "true" : "false")
        text.endLine()
      }
    case .alarms:
      for alarm in result.alarms {
        begin(alarm.cycle)
        text.add(alarm.monitor)
        text.add(alarm.signal)
        text.endLine()
      }
    }
    return text
  }
}
