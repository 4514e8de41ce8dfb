internal import SkewlabEngine
internal import SkewlabTheory

/// The results files in the making: takes the runs in plan order. No file of rows has its name before all of them are complete.
struct Assembly {
  /// A run as the files take it.
  struct Entry: Sendable {
    /// Its metrics, and how it ended.
    fileprivate let result: RunResult
    /// What became of its models.
    fileprivate let path: PathStatus
    /// Its lines of each ``RunFile`` there is.
    fileprivate let lines: [CSVText]

    /// Makes the lines, on whatever thread.
    init(_ result: RunResult, of experiment: Experiment, _ columns: [String]) {
      let arm = experiment.arms[result.run.arm]
      lines = RunFile.allCases.filter { $0.isWritten(for: experiment) }.map { $0.lines(of: result, in: arm, columns) }
      path = PathStatus(result)
      var rest = result
      // What is said of the fits stays; their weights are in the lines.
      for place in rest.fits.indices { rest.fits[place].weights = [] }
      rest.deployments = []
      self.result = rest
    }
  }

  private let experiment: Experiment
  private let folder: ResultsFolder
  private var files: [FileWriter]

  private(set) var summary: Summary
  private(set) var endings: [ResultsStore.Ending] = []
  private var runs: [(run: PlannedRun, ending: String, text: String, path: PathStatus)] = []
  /// What there is to say of each arm's fits.
  private(set) var fits: [FitCounts]

  /// Whether every run of the plan has been added.
  var isComplete: Bool { runs.count == experiment.plan.count }

  init(_ experiment: Experiment, folder: ResultsFolder, _ columns: [String]) throws(ResultsError) {
    self.experiment = experiment
    self.folder = folder
    summary = Summary(experiment)
    fits = experiment.arms.map { FitCounts(arm: $0.name) }
    var files: [FileWriter] = []
    for file in RunFile.allCases where file.isWritten(for: experiment) {
      let writer = try folder.writer(file.name)
      try writer.append(file.header(columns))
      files.append(writer)
    }
    self.files = files
  }

  /// Takes the next run of the plan.
  mutating func add(_ entry: Entry) throws(ResultsError) {
    for (file, text) in zip(files, entry.lines) { try file.append(text) }
    let result = entry.result
    for fit in result.fits { fits[result.run.arm].add(fit) }
    fits[result.run.arm].add(entry.path)
    summary.add(result)
    runs.append((result.run, result.ending, result.endingText, entry.path))
    if let known = endings.firstIndex(where: { $0.word == result.ending }) {
      endings[known].count += 1
    } else {
      let name = experiment.arms[result.run.arm].name
      endings.append(
        ResultsStore.Ending(
          word: result.ending, count: 1, example: "arm '\(name)', replicate \(result.run.replicate): \(result.endingText)"))
    }
  }

  /// Deletes the files if no run served a cycle, and says how the runs ended.
  mutating func discardIfEmpty() -> ResultsStore.Ending? {
    guard summary.arms.indices.allSatisfy({ summary.lastCycle(arm: $0) == 0 }), let ending = endings.first else { return nil }
    files = []
    return ending
  }

  /// Completes the files, and gives them their names.
  ///
  /// The files that simulated rows alone fill come first: whatever becomes of theory, they are
  /// there. The manifest comes last: if it is there, everything is.
  func publish(
    _ manifest: Manifest, seconds: Double, jobs: Int, additional: (Summary) -> [(name: String, text: String)]
  ) throws(ResultsError) {
    precondition(isComplete, "every run of the plan has been added")
    var files = files
    func add(_ name: String, _ text: String) throws(ResultsError) {
      let file = try folder.writer(name)
      try file.append(text)
      files.append(file)
    }
    if experiment.arms.count > 1 { try add("comparison.csv", summary.comparisonCSV()) }
    for (name, text) in additional(summary) { try add(name, text) }
    try folder.publish(files)
    files = []
    let curves = experiment.arms.map { ExpectedCurve($0.scenario) }
    try add("summary.csv", summary.csv(theory: curves))
    let absent = zip(experiment.arms, curves).filter { $1 == nil }.map { arm, _ in (arm.name, Self.reasonWithoutTheory(arm.scenario)) }
    try add("manifest.json", manifest.json(experiment, runs: runs, fits: fits, absentTheory: absent, seconds: seconds, jobs: jobs))
    try folder.publish(files)
  }

  /// Why theory tells nothing of a scenario.
  private static func reasonWithoutTheory(_ scenario: Scenario) -> String {
    let obstacles = PopulationLoop.obstacles(of: scenario).map { "\($0.part): \($0.reason)" }
    return obstacles.isEmpty ? "it would take longer than the run, or has no finite value" : obstacles.joined(separator: "; ")
  }
}
