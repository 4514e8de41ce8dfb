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
    case finished(Summary, endings: [Ending], fits: [FitCounts])
    /// No run served a cycle, so that there are no results; nothing is left in the folder.
    case nothing(Ending)
    /// Stopped before the end; the parts stay.
    case interrupted(done: Int, of: Int)
    /// The folder already holds the finished results of this experiment; nothing was done.
    case alreadyFinished
  }

  /// One way in which runs ended.
  public struct Ending: Sendable, Hashable {
    /// One word: completed, diverged, everyone-left, learner-failed, missing-value, out-of-rows.
    public let word: String
    /// How many runs.
    public internal(set) var count: Int
    /// What happened in the first of them, and in which.
    public let example: String

    package init(word: String, count: Int, example: String) {
      self.word = word
      self.count = count
      self.example = example
    }
  }

  private let experiment: Experiment
  private var folder: ResultsFolder

  /// A store for an experiment's results.
  public init(_ experiment: Experiment, folder path: String) {
    self.experiment = experiment
    folder = ResultsFolder(path: path)
  }

  /// Called before each step of completing the files: opening, finishing, naming.
  package var willDo: @Sendable (_ step: String) throws(ResultsError) -> Void {
    get { folder.willDo }
    set { folder.willDo = newValue }
  }

  /// Runs what is missing, and writes the files.
  ///
  /// - Parameters:
  ///   - existing: What to do with a folder that is not empty.
  ///   - jobs: Runs at a time; one per core unless given.
  ///   - chunkRows: Rows drawn at a time; changes no result.
  ///   - profile: Where to note what the time went into.
  ///   - additional: Further files of a finished experiment: names, and texts made of its summary.
  ///   - isCancelled: Asked between cycles.
  ///   - progress: Told after every cycle, from any thread.
  public func run(
    existing: Existing = .refuse, jobs: Int? = nil, chunkRows: Int? = nil, profile: RunProfile? = nil,
    additional: [(name: String, text: @Sendable (Summary) -> String)] = [], isCancelled: @escaping @Sendable () -> Bool = { false },
    progress: @escaping @Sendable (Int, Int) -> Void = { _, _ in }
  ) throws(ResultsError) -> Outcome {
    let start = ContinuousClock.now
    let manifest = try Manifest(experiment)
    let fingerprint = manifest.fingerprint
    let isFinished = folder.read("manifest.json")?.contains("\"fingerprint\": \"\(fingerprint)\"") == true
    if existing == .resume, isFinished,
      folder.hasFiles(["cycles.csv", "summary.csv", "parameters.csv", "deployments.csv"] + additional.map(\.name))
    {
      folder.removeParts()  // a run may have been killed when only this was left to do
      return .alreadyFinished
    }
    try prepare(existing == .resume && isFinished ? .replace : existing, manifest, additional: additional.map(\.name))
    let plan = experiment.plan, columns = experiment.columns
    let assembly = Guarded(try Assembly(experiment, folder: folder, columns))
    // Cycles done in this call, and cycles that there are to do: those of runs whose part is there are neither.
    let done = Counter(), total = Counter()
    for run in plan { total.add(experiment.arms[run.arm].scenario.cycles + 1) }
    var runner = Runner(experiment: experiment, jobs: jobs, chunkRows: chunkRows, profile: profile)
    runner.isCancelled = isCancelled
    runner.didCycle = { progress(done.add(1), total.value) }
    try runner.run { [runner] index throws(ResultsError) -> Assembly.Entry? in
      let run = plan[index]
      if let known = try folder.part(index, of: run, fingerprint: fingerprint) {
        total.add(-experiment.arms[run.arm].scenario.cycles - 1)
        return Assembly.Entry(known, of: experiment, columns)
      }
      guard let result = runner.result(of: run) else { return nil }
      let before = Work.writing.begin()
      defer { before.begin() }
      try folder.write(result, index: index, fingerprint: fingerprint)
      return Assembly.Entry(result, of: experiment, columns)
    } deliver: { entry throws(ResultsError) in
      let before = Work.writing.begin()
      defer { before.begin() }
      try assembly.withLock { assembly throws(ResultsError) in try assembly.add(entry) }
    }
    guard assembly.withLock({ $0.isComplete }) else {
      return .interrupted(done: folder.parts(), of: plan.count)
    }
    if let ending = assembly.withLock({ $0.discardIfEmpty() }) {
      folder.removeParts()
      folder.removeIfEmpty()
      return .nothing(ending)
    }
    let seconds = start.duration(to: .now).seconds
    return try profile.measureWriting { () throws(ResultsError) in
      try assembly.withLock { assembly throws(ResultsError) in
        try assembly.publish(
          manifest, seconds: seconds, jobs: runner.jobs, additional: { summary in additional.map { ($0.name, $0.text(summary)) } })
        try folder.willDo("remove parts")
        folder.removeParts()
        return .finished(assembly.summary, endings: assembly.endings, fits: assembly.fits)
      }
    }
  }

  private func prepare(_ existing: Existing, _ manifest: Manifest, additional: [String]) throws(ResultsError) {
    let names = try folder.names()
    switch existing {
    case .refuse where !names.isEmpty:
      throw ResultsError(
        path: folder.path,
        reason: "the folder is not empty; choose another with --out, go on with --resume, or replace its results with --force")
    case .replace:
      try folder.removeFiles(additional: additional)
      folder.removeParts()
    case .resume where !names.isEmpty:
      let why: String? =
        if let owner = folder.owner() { manifest.difference(from: owner) } else {
          // A run that was stopped as soon as it began has left an empty folder.
          names == ["parts"] && folder.parts() == 0 ? nil : "there are no parts of an interrupted run here"
        }
      if let why {
        throw ResultsError(path: folder.path, reason: "\(why); choose another folder with --out, or replace what is here with --force")
      }
      // Files that have their names already while others do not are made again.
      try folder.removeFiles(additional: additional)
    default: break
    }
    try folder.create(owner: manifest.owner)
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
