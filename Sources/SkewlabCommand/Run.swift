internal import ArgumentParser
internal import SkewlabEngine
internal import SkewlabExperiments
internal import SkewlabNumerics
internal import SkewlabReports

/// `skewlab run`.
struct Run: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run a scenario: every arm, every replicate.",
    discussion: """
      Writes cycles.csv, summary.csv, comparison.csv (with several arms), parameters.csv, deployments.csv and manifest.json into a folder, and ends with a sentence, a table and a chart.

      EXAMPLES:
        skewlab run scenarios/house-prices.yaml --out results/houses
        skewlab run scenarios/label-follows-prediction.yaml --set world.features=20 --seed 7 --force
        skewlab run big.yaml --profile       (where does the time go?)
        skewlab run big.yaml --resume        (go on after Ctrl-C or a crash)
      """)

  @OptionGroup var scenario: ScenarioOptions

  @Option(help: ArgumentHelp("The folder for results; results/NAME unless given.", valueName: "dir"), completion: .directory)
  var out: String?

  @Option(help: "Runs at a time; one per core unless given. Changes no result.")
  var jobs: Int?

  @Option(name: .customLong("chunk-rows"), help: "Rows drawn at a time, a multiple of 1024. Changes no result.")
  var chunkRows: Int?

  @Flag(help: "Go on from the parts that an interrupted run left in the folder.")
  var resume = false

  @Flag(help: "Replace earlier results in the folder.")
  var force = false

  @Flag(help: "Print nothing but errors.")
  var quiet = false

  @Flag(help: "Print the summary of the last cycle as JSON.")
  var json = false

  @Flag(help: "Print what the time went into. Changes no result.")
  var profile = false

  func validate() throws {
    if out?.isEmpty == true { throw ValidationError("--out is empty; name a folder") }
    if let jobs, jobs < 1 { throw ValidationError("--jobs is 1 or more") }
    if let chunkRows, chunkRows < 1024 || chunkRows % 1024 != 0 { throw ValidationError("--chunk-rows is a multiple of 1024") }
    if resume, force { throw ValidationError("--resume goes on from what is there, --force replaces it: choose one") }
  }

  func run() throws {
    let experiment = try Experiment(scenario.document())
    let name = experiment.arms[0].scenario.name
    let folder = out ?? "results/\(name)"
    if !quiet {
      for note in experiment.notes { Terminal.error("note: \(note)") }
      for note in scenario.notes(on: experiment.document) { Terminal.error("note: \(note)") }
    }
    Interrupts.watch(again: Interruption.again)
    let progress = ProgressLine(isShown: Terminal.isErrorTerminal && !quiet)
    let runProfile = profile ? RunProfile() : nil
    let start = ContinuousClock.now
    let outcome = try ResultsStore(experiment, folder: folder).run(
      existing: force ? .replace : resume ? .resume : .refuse, jobs: jobs, chunkRows: chunkRows,
      profile: runProfile, isCancelled: { Interrupts.hasCome }, progress: { progress.update(done: $0, total: $1) })
    progress.clear()
    defer {
      if let runProfile { Terminal.error(TerminalReport.profile(runProfile, wall: start.duration(to: .now) / .seconds(1))) }
    }
    switch outcome {
    case .interrupted(let done, let total):
      throw Interruption(message: "interrupted: \(done) of \(total) runs are done and kept in \(folder); go on with --resume")
    case .alreadyFinished:
      if !quiet { Terminal.error("\(folder) already has the finished results of this experiment") }
    case .finished(let summary, let endings, let fits):
      let sentence = ClosingSentence(summary, outcome: outcomeName(experiment.arms[0].scenario.world.component)).text
      if quiet {
        // nothing but errors
      } else if json {
        Terminal.output(report(summary, sentence: sentence, endings: endings, folder: folder).json(indented: true))
      } else {
        print(experiment, summary, sentence: sentence, endings: endings, fits: fits, folder: folder)
      }
      if summary.arms.indices.allSatisfy({ summary.lastCycle(arm: $0) == 0 }), let first = endings.first {
        throw ScenarioError(
          .conflict("no run got past cycle 0 (\(first.example))", advice: "the results are in \(folder), but there is nothing in them"))
      }
    }
  }

  private func print(
    _ experiment: Experiment, _ summary: Summary, sentence: String, endings: [ResultsStore.Ending], fits: [FitCounts], folder: String
  ) {
    let first = experiment.arms[0].scenario
    Terminal.output("\(first.title)")
    Terminal.output(
      "\(summary.arms.count) arm\(summary.arms.count == 1 ? "" : "s") × \(first.replicates) replicate\(first.replicates == 1 ? "" : "s") × \(first.cycles) cycles × \(first.rows) rows, seed \(first.seed)\n"
    )
    Terminal.output(bold: sentence, "\n")
    let scale = first.world.component.outcomeIsLogged ? " of log \(first.world.component.outcomeName)" : ""
    let losses = first.traits.isClassification ? "log loss, and area under the ROC curve" : "mean squared error\(scale), and R²"
    Terminal.output("Last cycle: \(losses); mean ± half the 95 % interval over replicates:")
    Terminal.output(TerminalReport.table(summary) + "\n")
    let chart = TerminalReport.chart(summary)
    if !chart.isEmpty { Terminal.output(chart + "\n") }
    for ending in endings where ending.word != "completed" && ending.word != "out-of-rows" {
      let all = experiment.plan.count
      Terminal.output(
        "\(ending.count) of \(all) run\(all == 1 ? "" : "s") ended otherwise: \(ending.word). \(ending.example) (more in manifest.json)")
    }
    if let paths = TerminalReport.paths(fits) { Terminal.output(paths) }
    for note in TerminalReport.notes(fits) { Terminal.output("note: \(note)") }
    Terminal.output(
      "Results: \(folder)/ (cycles.csv, summary.csv\(summary.arms.count > 1 ? ", comparison.csv" : ""), parameters.csv, deployments.csv, manifest.json)"
    )
  }

  /// What the losses are of, in words.
  private func outcomeName(_ world: any World) -> String { world.outcomeIsLogged ? "log \(world.outcomeName)" : world.outcomeName }

  private func report(_ summary: Summary, sentence: String, endings: [ResultsStore.Ending], folder: String) -> DocumentNode {
    var arms: [DocumentNode] = []
    for (arm, cycle, metrics) in TerminalReport.lastCycles(summary) {
      var values: DocumentNode = [:]
      for (name, interval) in metrics {
        var node: DocumentNode = ["n": .integer(interval.n), "mean": .number(interval.mean)]
        if let low = interval.low, let high = interval.high {
          node["ci_low"] = .number(low)
          node["ci_high"] = .number(high)
        }
        values[name] = node
      }
      arms.append(["arm": .string(arm), "cycle": .integer(cycle), "metrics": values])
    }
    var counts: DocumentNode = [:]
    for ending in endings { counts[ending.word] = .integer(ending.count) }
    return ["sentence": .string(sentence), "out": .string(folder), "endings": counts, "arms": DocumentNode(.list(arms))]
  }
}
