internal import ArgumentParser
internal import SkewlabEngine
internal import SkewlabExperiments
internal import SkewlabNumerics
internal import SkewlabReports
internal import SystemPackage

/// `skewlab screen`.
struct Screen: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Try every discrepancy that a scenario can have, one arm each.",
    discussion: """
      Each discrepancy has the strength of an incident that teams have had, on the feature that matters most. Writes the files of `run`, and screen.csv: the loss and skew that each adds in the last cycle with paired intervals, the share of rows that the two sides score \
      differently, the costliest first; what makes the loss run away, as `diverged`; and what does not suit the scenario, with the reason. The scenario's own arms are left out.

      EXAMPLES:
        skewlab screen scenarios/house-prices.yaml --replicates 8
        skewlab screen mine.yaml --cycles 6 --out results/mine-screen
      """)

  @OptionGroup var scenario: ScenarioOptions

  @Option(help: ArgumentHelp("The folder for results; results/NAME-screen unless given.", valueName: "dir"), completion: .directory)
  var out: String?

  @Option(help: "Runs at a time; one per core unless given. Changes no result.")
  var jobs: Int?

  @Flag(help: "Go on from the parts that an interrupted screen left in the folder.")
  var resume = false

  @Flag(help: "Replace earlier results in the folder.")
  var force = false

  @Flag(help: "Print nothing but errors.")
  var quiet = false

  func validate() throws {
    if out?.isEmpty == true { throw ValidationError("--out is empty; name a folder") }
    if let jobs, jobs < 1 { throw ValidationError("--jobs is 1 or more") }
    if resume, force { throw ValidationError("--resume goes on from what is there, --force replaces it: choose one") }
  }

  func run() throws {
    let screen = try SkewlabExperiments.Screen(scenario.document())
    let folder = out ?? "results/\(screen.experiment.arms[0].scenario.name)-screen"
    if !quiet { for note in screen.experiment.notes { Terminal.error("note: \(note)") } }
    Interrupts.watch(again: Interruption.again)
    let progress = ProgressLine(isShown: Terminal.isErrorTerminal && !quiet)
    let outcome = try ResultsStore(screen.experiment, folder: folder).run(
      existing: force ? .replace : resume ? .resume : .refuse, jobs: jobs, additional: [("screen.csv", { screen.csv($0) })],
      isCancelled: { Interrupts.hasCome }, progress: { progress.update(done: $0, total: $1) })
    progress.clear()
    switch outcome {
    case .interrupted(let done, let total):
      throw Interruption(message: "interrupted: \(done) of \(total) runs are done and kept in \(folder); go on with --resume")
    case .alreadyFinished:
      if !quiet { Terminal.error("\(folder) already has the finished results of this screen") }
    case .nothing(let ending): throw screen.experiment.error(noRunServed: ending)
    case .finished(let summary, _, _):
      if quiet { return }
      let first = screen.experiment.arms[0].scenario
      Terminal.output("\(first.title): \(screen.experiment.arms.count - 1) discrepancies, one at a time")
      Terminal.output(
        "\(Format.count(first.replicates, "replicate")) × \(Format.count(first.cycles, "cycle")) × \(Format.count(first.rows, "row")), seed \(first.seed)\n"
      )
      Terminal.output(bold: ScreenReport.sentence(screen, summary), "\n")
      Terminal.output(ScreenReport.table(screen, summary) + "\n")
      let untried = ScreenReport.untried(screen)
      if !untried.isEmpty { Terminal.output(untried + "\n") }
      Terminal.output("Results: \(folder)/ (screen.csv, and the files of a run)")
    }
  }
}
