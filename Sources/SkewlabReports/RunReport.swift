public import SkewlabEngine
public import SkewlabExperiments
internal import SkewlabNumerics

/// What `skewlab run` prints of a finished experiment.
public struct RunReport: Sendable {
  private let experiment: Experiment
  private let summary: Summary
  private let endings: [ResultsStore.Ending]
  private let fits: [FitCounts]
  private let folder: String

  /// The report of results in a folder.
  public init(
    _ experiment: Experiment, _ summary: Summary, endings: [ResultsStore.Ending], fits: [FitCounts], folder: String
  ) {
    self.experiment = experiment
    self.summary = summary
    self.endings = endings
    self.fits = fits
    self.folder = folder
  }

  private var first: Scenario { experiment.arms[0].scenario }

  /// The sentences about the loss.
  public var sentence: String {
    let world = first.world.component
    return ClosingSentence(summary, outcome: world.outcomeIsLogged ? "log \(world.outcomeName)" : world.outcomeName).text
  }

  /// The whole report: ``opening``, ``sentence``, ``details``.
  public var text: String { [opening, sentence, details].joined(separator: "\n\n") }

  /// What was run, and how much of it.
  public var opening: String {
    let counts = [
      Format.count(summary.arms.count, "arm"), Format.count(first.replicates, "replicate"),
      Format.count(first.cycles, "cycle"), Format.count(first.rows, "row"),
    ]
    return "\(first.title)\n\(counts.joined(separator: " × ")), seed \(first.seed)"
  }

  /// The table, the chart, how runs ended, and which files there are.
  public var details: String {
    var blocks = ["\(heading)\n\(TerminalReport.table(summary))"]
    let chart = TerminalReport.chart(summary)
    if !chart.isEmpty { blocks.append(chart) }
    var lines: [String] = []
    for ending in endings where ending.word != "completed" && ending.word != "out-of-rows" {
      lines.append(
        "\(ending.count) of \(Format.count(experiment.plan.count, "run")) ended otherwise: \(ending.word). \(ending.example) (more in manifest.json)"
      )
    }
    if let paths = TerminalReport.paths(fits) { lines.append(paths) }
    lines += TerminalReport.notes(fits).map { "note: \($0)" }
    let comparison = summary.arms.count > 1 ? ", comparison.csv" : ""
    lines.append("Results: \(folder)/ (cycles.csv, summary.csv\(comparison), parameters.csv, deployments.csv, manifest.json)")
    return (blocks + [lines.joined(separator: "\n")]).joined(separator: "\n\n")
  }

  /// What the table has: the measures among the columns, and no others.
  private var heading: String {
    let scale = first.world.component.outcomeIsLogged ? " of log \(first.world.component.outcomeName)" : ""
    let measures = TerminalReport.measures(
      summary, loss: first.traits.isClassification ? "log loss" : "mean squared error\(scale)")
    if measures.isEmpty { return "Last cycle: none of the metrics asked for is one of this table:" }
    return "Last cycle: \(measures.joined(separator: ", and ")); mean ± half the 95 % interval over replicates:"
  }

  /// The last cycle of every arm as data.
  public var json: DocumentNode {
    let arms = TerminalReport.lastCycles(summary).map { arm, cycle, metrics -> DocumentNode in
      var values: DocumentNode = [:]
      for (name, interval) in metrics {
        var node: DocumentNode = ["n": .integer(interval.n), "mean": .number(interval.mean)]
        if let low = interval.low, let high = interval.high {
          node["ci_low"] = .number(low)
          node["ci_high"] = .number(high)
        }
        values[name] = node
      }
      return ["arm": .string(arm), "cycle": .integer(cycle), "metrics": values]
    }
    var counts: DocumentNode = [:]
    for ending in endings { counts[ending.word] = .integer(ending.count) }
    return ["sentence": .string(sentence), "out": .string(folder), "endings": counts, "arms": DocumentNode(.list(arms))]
  }
}
