public import SkewlabComponents
public import SkewlabEngine

/// Arms × replicates of a scenario: a plan, a list of independent runs. All arms share their random numbers.
///
/// ```swift
/// let results = try Experiment(document).run()
/// print(results.summary.interval(arm: "strong", cycle: 24, metric: "untouched_loss"))
/// ```
public struct Experiment: Sendable {
  /// One arm, resolved and made.
  public struct Arm: Sendable {
    /// The name.
    public let name: String
    /// The scenario with the arm's patch applied.
    public let document: ScenarioDocument
    /// The same, as components.
    public internal(set) var scenario: Scenario
  }

  /// The document, arms not resolved.
  public let document: ScenarioDocument
  /// The arms, in order; the first is the one that others are compared with.
  public let arms: [Arm]
  /// Data files that the scenario reads.
  public let dataFiles: [String]
  /// What the data files were like just before they were read.
  let stamps: [String: FileStamp]
  /// What is said where arms keep rows because another one needs them.
  private let rowsNote: String?
  /// Whether all arms keep the rows that one of them needs.
  let hasSameLog: Bool

  /// Resolves and makes every arm.
  public init(_ document: ScenarioDocument, catalog: Catalog = .standard) throws(ScenarioError) {
    try self.init(document, catalog: catalog, withSameLog: false)
  }

  /// The same; with the same log, all arms keep rows where any does, so that sums of the same rows have the same bits in every arm.
  init(_ document: ScenarioDocument, catalog: Catalog, withSameLog: Bool) throws(ScenarioError) {
    let tables = StampedTables()
    var arms: [Arm] = []
    for arm in try document.arms() {
      let resolved = try document.resolved(for: arm)
      do { arms.append(try Self.arm(arm.name, resolved, catalog: catalog, tables: tables)) } catch { throw error.inArm(arm) }
    }
    try self.init(document, arms: arms, withSameLog: withSameLog, tables: tables)
  }

  /// An experiment of arms that have been made already, from these tables.
  init(_ document: ScenarioDocument, arms: [Arm], withSameLog: Bool, tables: StampedTables) throws(ScenarioError) {
    var arms = arms
    var rowsNote: String?
    if withSameLog, let reason = arms.compactMap(\.scenario.rowsReason).first {
      if arms.contains(where: { $0.scenario.rowsReason == nil }) {
        rowsNote = "every arm keeps its rows and has the columns that need them, since some arm needs rows (\(reason))"
      }
      for index in arms.indices { arms[index].scenario.keepRows(reason) }
    }
    for arm in arms { try Self.checkMemory(arm) }
    self.document = document
    self.arms = arms
    self.rowsNote = rowsNote
    dataFiles = tables.store.paths
    stamps = tables.stamps
    hasSameLog = withSameLog
  }

  /// One arm, made of its resolved document.
  static func arm(
    _ name: String, _ document: ScenarioDocument, catalog: Catalog, tables: StampedTables
  ) throws(ScenarioError) -> Arm {
    Arm(name: name, document: document, scenario: try Scenario(document, catalog: catalog, tables: tables.store))
  }

  /// What is said when no run served a cycle.
  public func error(noRunServed ending: ResultsStore.Ending) -> ScenarioError {
    ScenarioError(
      .conflict("no run got past cycle 0 (\(ending.example))", advice: "nothing was written"), path: DocumentPath(["world"]),
      location: document.root["world"]?.location ?? document.root.location)
  }

  /// Refuses an arm whose log alone would not fit into this machine: better a message now than a process that is killed later.
  private static func checkMemory(_ arm: Arm) throws(ScenarioError) {
    let needed = Double(arm.scenario.loggedDoubles) * 8
    guard needed > usableMemory() else { return }
    let why = arm.scenario.rowsReason ?? "second moments of \(arm.scenario.world.component.schema.count) features"
    throw ScenarioError(
      .conflict(
        "the log of one run of arm '\(arm.name)' would take \(decimalText((needed / 1e9).rounded())) GB (\(why)), more than this process may have",
        advice: "lower `rows`, the window or the number of features"),
      path: DocumentPath(["rows"]), location: arm.document.root["rows"]?.location ?? arm.document.root.location)
  }

  /// The runs, arm by arm.
  public var plan: [PlannedRun] {
    arms.indices.flatMap { arm in (0..<arms[arm].scenario.replicates).map { PlannedRun(arm: arm, replicate: $0) } }
  }

  /// Remarks on the arms that are not errors: what `Scenario.notes` says of each, and arms that are the same.
  public var notes: [String] {
    var notes: [String] = []
    for (index, arm) in arms.enumerated() {
      for note in arm.scenario.notes where !notes.contains(note) { notes.append(note) }
      if let twin = arms[..<index].first(where: { $0.document.root == arm.document.root }) {
        notes.append("the arms '\(twin.name)' and '\(arm.name)' are the same scenario: see what --set and the arms change")
      }
    }
    for absent in absentMetrics {
      let place = absent.arms.count == arms.count ? "" : " in arm \(absent.arms.map { "'\($0)'" }.joined(separator: ", "))"
      notes.append("the metric '\(absent.metric)' cannot be given\(place): \(absent.reason)")
    }
    if let rowsNote { notes.append(rowsNote) }
    return notes
  }

  /// Every column of any arm, in the order in which arms have them.
  public var columns: [String] {
    var columns: [String] = []
    for arm in arms { for column in arm.scenario.columns where !columns.contains(column) { columns.append(column) } }
    return columns
  }

  /// Runs the whole plan and keeps the results in memory.
  ///
  /// - Parameters:
  ///   - jobs: Runs at a time; one per core unless given.
  ///   - chunkRows: Rows drawn at a time; changes no result.
  public func run(jobs: Int? = nil, chunkRows: Int? = nil) -> ExperimentResults {
    let runner = Runner(experiment: self, jobs: jobs, chunkRows: chunkRows)
    let plan = plan
    let runs = Guarded<[RunResult]>([])
    runner.run {
      runner.result(of: plan[$0])
    } deliver: { result in
      runs.withLock { $0.append(result) }
    }
    return ExperimentResults(experiment: self, runs: runs.withLock { $0 })
  }
}

/// One run of a plan.
public struct PlannedRun: Sendable, Hashable {
  /// The arm's index.
  public var arm: Int
  /// The replicate, from 0.
  public var replicate: Int

  /// A run.
  public init(arm: Int, replicate: Int) {
    self.arm = arm
    self.replicate = replicate
  }
}

/// The results of a whole plan, in memory.
public struct ExperimentResults: Sendable {
  /// What was run.
  public let experiment: Experiment
  /// One result a run, in plan order.
  public let runs: [RunResult]
  /// Means and intervals.
  public let summary: Summary

  package init(experiment: Experiment, runs: [RunResult]) {
    self.experiment = experiment
    self.runs = runs
    var summary = Summary(experiment)
    for run in runs { summary.add(run) }
    self.summary = summary
  }
}

extension ScenarioError {
  /// The error, said to be of an arm where the arm changes the section it is in.
  func inArm(_ arm: ScenarioDocument.Arm) -> ScenarioError {
    let changed = Set(arm.patch.operations.compactMap(\.path.steps.first))
    return ScenarioError(
      problems.map { problem in
        var problem = problem
        if let section = problem.path.steps.first, changed.contains(section) {
          problem.path = DocumentPath(["arm '\(arm.name)'"] + problem.path.steps)
        }
        return problem
      })
  }
}
