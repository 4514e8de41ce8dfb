internal import ArgumentParser
internal import SkewlabEngine
internal import SkewlabExperiments
internal import SkewlabNumerics
internal import SkewlabReports

/// `skewlab attribute`.
struct Attribute: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "What each cause costs: Shapley shares over all subsets of the causes.",
    discussion: """
      Runs the scenario with every subset of its causes at work (or of its components, --by component), with the same random numbers, and shares what they cost together among them. A cause is off when its components are not \
      there, and for data-shift a table in order of time is drawn from its first period (world.first-period); all else stays. Of more than 8 players orders are sampled. Writes the files of `run`, and attribution.csv: for every cycle and metric the shares, single effects and interactions with paired intervals. The scenario's \
      own arms are left out, unless one is named. Percentages are of the untouched loss with nothing at work (of the served loss for served_excess, the offline loss for skew, else of the metric itself).

      EXAMPLES:
        skewlab attribute scenarios/six-causes.yaml
        skewlab attribute mine.yaml --by component --metric served_loss
        skewlab attribute scenarios/house-prices.yaml --arm moderate --replicates 8
      """)

  @OptionGroup var scenario: ScenarioOptions

  @Option(help: ArgumentHelp("What is switched on and off: cause or component.", valueName: "cause|component"))
  private var by: Grouping = .cause

  @Option(help: ArgumentHelp("The arm to attribute; the scenario without its arms unless given.", valueName: "name"))
  var arm: String?

  @Option(help: ArgumentHelp("The column that is shared out.", valueName: "column"))
  var metric = Attribution.defaultMetric

  @Option(
    help: ArgumentHelp(
      "Orders to sample instead of trying all subsets; \(Attribution.defaultPermutations) with more than 8 players.", valueName: "n"))
  var permutations: Int?

  @Option(help: ArgumentHelp("The folder for results; results/NAME-attribution unless given.", valueName: "dir"), completion: .directory)
  var out: String?

  @Option(help: "Runs at a time; one per core unless given. Changes no result.")
  var jobs: Int?

  @Flag(help: "Go on from the parts that an interrupted attribution left in the folder.")
  var resume = false

  @Flag(help: "Replace earlier results in the folder.")
  var force = false

  @Flag(help: "Print nothing but errors.")
  var quiet = false

  @Flag(help: "Print the shares of the last cycle as JSON.")
  var json = false

  func validate() throws {
    if out?.isEmpty == true { throw ValidationError("--out is empty; name a folder") }
    if let jobs, jobs < 1 { throw ValidationError("--jobs is 1 or more") }
    if let permutations, permutations < 4 || permutations % 2 != 0 {
      throw ValidationError("--permutations is an even number from 4: each order comes with its reverse")
    }
    if resume, force { throw ValidationError("--resume goes on from what is there, --force replaces it: choose one") }
  }

  func run() throws {
    let attribution = try Attribution(scenario.document(), by: by.players, arm: arm, metric: metric, permutations: permutations)
    let experiment = attribution.experiment, first = experiment.arms[0].scenario
    let folder = out ?? "results/\(first.name)-attribution"
    if !quiet { for note in experiment.notes { Terminal.error("note: \(note)") } }
    Interrupts.watch(again: Interruption.again)
    let progress = ProgressLine(isShown: Terminal.isErrorTerminal && !quiet)
    let outcome = try ResultsStore(experiment, folder: folder).run(
      existing: force ? .replace : resume ? .resume : .refuse, jobs: jobs, additional: [("attribution.csv", { attribution.csv($0) })],
      isCancelled: { Interrupts.hasCome }, progress: { progress.update(done: $0, total: $1) })
    progress.clear()
    switch outcome {
    case .interrupted(let done, let total):
      throw Interruption(message: "interrupted: \(done) of \(total) runs are done and kept in \(folder); go on with --resume")
    case .alreadyFinished:
      if !quiet { Terminal.error("\(folder) already has the finished results of this attribution") }
    case .nothing(let ending): throw experiment.error(noRunServed: ending)
    case .finished(let summary, _, _):
      if quiet { return }
      let report = AttributionReport(attribution, summary)
      let world = first.world.component
      let sentence = report.sentence(outcome: world.outcomeIsLogged ? "log \(world.outcomeName)" : world.outcomeName)
      if json {
        Terminal.output(report.json(sentence: sentence, folder: folder).json(indented: true))
        return
      }
      Terminal.output(
        "\(first.title): \(attribution.players.count) \(by == .cause ? "cause" : "component")\(attribution.players.count == 1 ? "" : "s"), \(experiment.arms.count) subsets"
      )
      Terminal.output(
        "\(Format.count(first.replicates, "replicate")) × \(Format.count(first.cycles, "cycle")) × \(Format.count(first.rows, "row")), seed \(first.seed)\n"
      )
      Terminal.output(bold: sentence, "\n")
      for block in [report.table(), report.chart(), report.interactions(), report.players(), report.warnings()] {
        if let block, !block.isEmpty { Terminal.output(block + "\n") }
      }
      Terminal.output("Results: \(folder)/ (attribution.csv, and the files of a run)")
    }
  }
}

/// `--by`.
private enum Grouping: String, CaseIterable, ExpressibleByArgument {
  case cause, component

  var players: Attribution.Grouping { self == .cause ? .cause : .component }
}
