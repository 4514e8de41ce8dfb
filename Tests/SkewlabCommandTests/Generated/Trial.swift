import Foundation
import SkewlabComponents
import SkewlabEngine
import SkewlabExperiments
import SkewlabReports
import SkewlabScenarios

/// One generated scenario with its tables, in a folder of its own: everything that Skewlab does with it, and what must hold.
struct Trial {
  /// What a trial is made of.
  enum Source: String, Codable { case scenarios, tables }

  enum Outcome: String { case ran, refused, large }

  /// What does not hold.
  struct Failure: Error { let reason: String }

  static let scenarioName = "s.yaml"
  /// A fit takes memory with the square of the features; wide scenarios are other tests' business.
  static let widest = 300
  /// Processor time. The usual trial takes some milliseconds.
  static let secondsAllowed = 10.0

  let folder: URL
  let index: Int

  /// Writes the scenario and its tables.
  func write(_ source: Source, seed: UInt64) throws {
    switch source {
    case .scenarios:
      let root = GeneratedScenario.root(seed: seed, index: index, folder: folder.path) { try? write($0.yaml, to: Self.scenarioName) }
      try write(root.yaml, to: Self.scenarioName)
    case .tables:
      var mutation = MutatedTable(Chance(seed: seed, index: index))
      try write(mutation.bytes(), to: "t.csv")
      try write(mutation.scenario.yaml, to: Self.scenarioName)
    }
  }

  private func write(_ text: String, to name: String) throws { try write(Array(text.utf8), to: name) }

  private func write(_ bytes: [UInt8], to name: String) throws {
    let file = folder.appendingPathComponent(name)
    // A file that is truncated and written again goes to the disk at once on some file systems; a new one does not.
    try? FileManager.default.removeItem(at: file)
    try Data(bytes).write(to: file)
  }

  /// Reads the scenario in the folder, and runs it where it is accepted.
  func check() throws -> Outcome {
    let start = Self.processorSeconds()
    let outcome = try outcome()
    let seconds = Self.processorSeconds() - start
    if seconds > Self.secondsAllowed { throw Failure(reason: "it took \(seconds) s of processor time") }
    return outcome
  }

  private func outcome() throws -> Outcome {
    let document: ScenarioDocument, experiment: Experiment
    do throws(ScenarioError) {
      document = try ScenarioDocument(contentsOf: folder.appendingPathComponent(Self.scenarioName).path)
      experiment = try Experiment(document)
    } catch {
      try Self.expectPlaces(error)
      return .refused
    }
    _ = experiment.notes
    guard experiment.arms.allSatisfy({ max($0.scenario.schema.count, $0.scenario.pipeline.output.count) <= Self.widest }) else {
      return .large
    }
    for arm in experiment.arms { _ = Explanation(arm.scenario).text }
    let hasRun = try run(experiment)
    if index % 8 == 0 { try attribute(document, experiment.columns) }
    if index % 16 == 4 { try screen(document) }
    return hasRun ? .ran : .refused
  }

  // MARK: What Skewlab does with it

  /// Returns whether any run served a cycle.
  private func run(_ experiment: Experiment) throws -> Bool {
    guard let summary = try results(of: experiment, additional: []) else { return false }
    _ = ClosingSentence(summary, outcome: "y").text
    _ = TerminalReport.table(summary)
    _ = TerminalReport.chart(summary)
    return true
  }

  private func attribute(_ document: ScenarioDocument, _ columns: [String]) throws {
    guard let metric = columns.first else { return }
    let attribution: Attribution
    do throws(ScenarioError) {
      attribution = try Attribution(document, by: index % 16 == 0 ? .cause : .component, metric: metric)
    } catch { return try Self.expectPlaces(error) }
    guard attribution.experiment.plan.count <= 128 else { return }
    guard let summary = try results(of: attribution.experiment, additional: [("attribution.csv", { attribution.csv($0) })]) else { return }
    let report = AttributionReport(attribution, summary)
    _ = report.json(sentence: report.sentence(outcome: "y"), folder: "").json()
    _ = [report.table(), report.chart(), report.interactions(), report.players(), report.warnings()]
  }

  private func screen(_ document: ScenarioDocument) throws {
    let screen: Screen
    do throws(ScenarioError) { screen = try Screen(document) } catch { return try Self.expectPlaces(error) }
    guard let summary = try results(of: screen.experiment, additional: [("screen.csv", { screen.csv($0) })]) else { return }
    _ = screen.lines(summary)
  }

  /// Runs with one and with two jobs, and compares what they wrote; `nil` if no run served a cycle.
  private func results(
    of experiment: Experiment, additional: [(name: String, text: @Sendable (Summary) -> String)]
  ) throws -> Summary? {
    var all: [[String: Data]] = [], last: Summary?
    for jobs in [1, 2] {
      let out = folder.appendingPathComponent("out")
      try? FileManager.default.removeItem(at: out)
      let outcome: ResultsStore.Outcome
      do throws(ResultsError) {
        outcome = try ResultsStore(experiment, folder: out.path).run(jobs: jobs, additional: additional)
      } catch { throw Failure(reason: "no results: \(error)") }
      if case .nothing(let ending) = outcome {
        if FileManager.default.fileExists(atPath: out.path) { throw Failure(reason: "a folder without results is there") }
        try Self.expectPlaces(experiment.error(noRunServed: ending))
        return nil
      }
      guard case .finished(let summary, _, let fits) = outcome else { throw Failure(reason: "not finished: \(outcome)") }
      _ = TerminalReport.paths(fits)
      _ = TerminalReport.notes(fits)
      last = summary
      all.append(try ResultsCheck.csvFiles(in: out))
    }
    try ResultsCheck.expectSame(all[0], all[1], "with one job and with two")
    guard let last else { throw Failure(reason: "no summary") }
    return last
  }

  // MARK: What must hold

  private static func expectPlaces(_ error: ScenarioError) throws {
    if error.problems.isEmpty { throw Failure(reason: "an error without a problem") }
    for problem in error.problems where problem.location?.line == nil {
      throw Failure(reason: "a message without a place: \(problem.message)")
    }
  }

  private static func processorSeconds() -> Double {
    var time = timespec()
    _ = unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
