internal import SkewlabEngine
internal import SkewlabNumerics

/// Runs an experiment into a folder: an atomic part per run, then the files, assembled from the parts in plan order.
public struct ResultsStore: Sendable {
  /// What to do with a folder that is not empty.
  public enum Existing: Sendable, Hashable {
    /// Refuse.
    case refuse
    /// Go on from the parts that are there.
    case resume
    /// Replace earlier results.
    case replace
  }

  /// What came out.
  public enum Outcome: Sendable {
    /// Every run is done, and the files are written.
    case finished(Summary, endings: [Ending], deficientArms: [String])
    /// Stopped before the end; the parts stay.
    case interrupted(done: Int, of: Int)
    /// The folder already holds the finished results of this experiment; nothing was done.
    case alreadyFinished
  }

  /// One way in which runs ended.
  public struct Ending: Sendable, Hashable {
    /// One word: completed, diverged, learner-failed, out-of-rows.
    public let word: String
    /// How many runs.
    public internal(set) var count: Int
    /// What happened in the first of them, and in which.
    public let example: String
  }

  private let experiment: Experiment
  private let folder: ResultsFolder

  /// A store for an experiment's results.
  public init(_ experiment: Experiment, folder path: String) {
    self.experiment = experiment
    folder = ResultsFolder(path: path)
  }

  /// Runs what is missing, and writes the files.
  ///
  /// - Parameters:
  ///   - existing: What to do with a folder that is not empty.
  ///   - jobs: Runs at a time; one per core unless given.
  ///   - chunkRows: Rows drawn at a time; changes no result.
  ///   - profile: Where to note what the time went into.
  ///   - isCancelled: Asked between cycles.
  ///   - progress: Told after every cycle, from any thread.
  public func run(
    existing: Existing = .refuse, jobs: Int? = nil, chunkRows: Int? = nil, profile: RunProfile? = nil,
    isCancelled: @escaping @Sendable () -> Bool = { false }, progress: @escaping @Sendable (Int, Int) -> Void = { _, _ in }
  ) throws(ResultsError) -> Outcome {
    let start = ContinuousClock.now
    let manifest = try Manifest(experiment)
    let fingerprint = manifest.fingerprint
    let isFinished = folder.read("manifest.json")?.contains("\"fingerprint\": \"\(fingerprint)\"") == true
    if existing == .resume, isFinished, folder.hasFiles(["cycles.csv", "summary.csv", "parameters.csv"]) { return .alreadyFinished }
    try prepare(existing == .resume && isFinished ? .replace : existing, fingerprint: fingerprint)
    let plan = experiment.plan
    let missing = plan.indices.filter { part($0, plan[$0], fingerprint) == nil }
    let total = missing.reduce(0) { $0 + experiment.arms[plan[$1].arm].scenario.cycles + 1 }
    let counter = Counter()
    let runner = Runner(experiment: experiment, jobs: jobs, chunkRows: chunkRows, profile: profile)
    var failure: ResultsError?
    var done = plan.count - missing.count
    let stop = Counter()
    runner.run(
      Array(missing), isCancelled: { isCancelled() || stop.value > 0 }, didCycle: { progress(counter.increment(), total) },
      deliver: { index, result in
        do throws(ResultsError) {
          try profile.measureWriting { () throws(ResultsError) in
            try folder.write(Part.text(result, fingerprint: fingerprint), to: ResultsFolder.partName(index))
          }
          done += 1
        } catch {
          failure = failure ?? error
          stop.increment()
        }
      })
    if let failure { throw failure }
    if done < plan.count { return .interrupted(done: done, of: plan.count) }
    let seconds = start.duration(to: .now).seconds
    return try profile.measureWriting { () throws(ResultsError) in try assemble(manifest, seconds: seconds, jobs: runner.jobs) }
  }

  private func prepare(_ existing: Existing, fingerprint: String) throws(ResultsError) {
    let isEmpty = try folder.isEmpty()
    switch existing {
    case .refuse where !isEmpty:
      throw ResultsError(
        path: folder.path,
        reason: "the folder is not empty; choose another with --out, go on with --resume, or replace its results with --force")
    case .replace: try folder.clear()
    case .resume where !isEmpty:
      guard folder.read("parts/fingerprint") == fingerprint else {
        throw ResultsError(
          path: folder.path,
          reason:
            "these are not parts of this experiment (scenario, data or version differ); choose another folder with --out, or replace them with --force"
        )
      }
    default: break
    }
    try folder.create()
    try folder.write(fingerprint, to: "parts/fingerprint")
  }

  private func part(_ index: Int, _ run: PlannedRun, _ fingerprint: String) -> RunResult? {
    folder.read(ResultsFolder.partName(index)).flatMap { Part.parse($0, fingerprint: fingerprint, run: run) }
  }

  private func assemble(_ manifest: Manifest, seconds: Double, jobs: Int) throws(ResultsError) -> Outcome {
    let fingerprint = manifest.fingerprint
    let columns = experiment.columns
    let hasMonitors = experiment.arms.contains { !$0.scenario.monitors.isEmpty }
    var cycles = try FileWriter(folder: folder, name: "cycles.csv")
    var parameters = try FileWriter(folder: folder, name: "parameters.csv")
    var alarms = ""
    try cycles.append(CSVText.line(["arm", "replicate", "cycle"] + columns))
    try parameters.append(CSVText.line(["arm", "replicate", "cycle", "parameter", "value"]))
    var summary = Summary(experiment)
    var runs: [(run: PlannedRun, ending: String, text: String)] = []
    var endings: [Ending] = []
    var deficient: Set<Int> = []
    for (index, run) in experiment.plan.enumerated() {
      guard let result = part(index, run, fingerprint) else {
        throw ResultsError(path: folder.path, reason: "a part that was just written is gone; run again with --resume")
      }
      let arm = experiment.arms[run.arm]
      let key = [arm.name, String(run.replicate)]
      let places = columns.map { arm.scenario.columns.firstIndex(of: $0) }
      for cycle in result.cycles {
        let cells = places.map { place in CSVText.number(place.flatMap { cycle.values[$0] }) }
        try cycles.append(CSVText.line(key + [String(cycle.cycle)] + cells))
      }
      let names = arm.scenario.pipeline.output.names
      for fit in result.fits {
        if fit.deficientRank != nil { deficient.insert(run.arm) }
        for (name, value) in zip(["intercept"] + names, [fit.intercept] + fit.weights) {
          try parameters.append(CSVText.line(key + [String(fit.cycle), name, CSVText.number(value)]))
        }
      }
      for alarm in result.alarms { alarms += CSVText.line(key + [String(alarm.cycle), alarm.monitor, alarm.signal]) }
      summary.add(result)
      runs.append((run, result.ending, result.endingText))
      if let known = endings.firstIndex(where: { $0.word == result.ending }) {
        endings[known].count += 1
      } else {
        endings.append(
          Ending(word: result.ending, count: 1, example: "arm '\(arm.name)', replicate \(run.replicate): \(result.endingText)"))
      }
    }
    try cycles.close()
    try parameters.close()
    if hasMonitors { try folder.write(CSVText.line(["arm", "replicate", "cycle", "monitor", "signal"]) + alarms, to: "alarms.csv") }
    try folder.write(summary.csv(), to: "summary.csv")
    if experiment.arms.count > 1 { try folder.write(summary.comparisonCSV(), to: "comparison.csv") }
    try folder.write(manifest.json(experiment, runs: runs, seconds: seconds, jobs: jobs), to: "manifest.json")
    folder.removeParts()
    return .finished(summary, endings: endings, deficientArms: deficient.sorted().map { experiment.arms[$0].name })
  }
}

extension RunProfile? {
  /// Profiles a body that writes, if there is something to note it.
  fileprivate func measureWriting<Result>(_ body: () throws(ResultsError) -> Result) throws(ResultsError) -> Result {
    if let self { try self.measure(.writing, body) } else { try body() }
  }
}

extension Duration {
  /// The duration in seconds.
  var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
