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
    case .nothing(let ending): throw experiment.error(noRunServed: ending)
    case .finished(let summary, let endings, let fits):
      let report = RunReport(experiment, summary, endings: endings, fits: fits, folder: folder)
      if quiet {
        // nothing but errors
      } else if json {
        Terminal.output(report.json.json(indented: true))
      } else {
        Terminal.output(report.opening + "\n")
        Terminal.output(bold: report.sentence, "\n")
        Terminal.output(report.details)
      }
    }
  }
}
