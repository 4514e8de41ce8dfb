internal import SkewlabEngine
internal import SkewlabNumerics

/// Does the runs of a plan on several cores, each with one BLAS thread.
struct Runner: Sendable {
  let experiment: Experiment
  let jobs: Int
  let chunkRows: Int?
  let profile: RunProfile?
  /// Asked between cycles; runs under way are then dropped.
  var isCancelled: @Sendable () -> Bool = { false }
  /// Told of every cycle done, from any thread.
  var didCycle: @Sendable () -> Void = {}

  init(experiment: Experiment, jobs: Int?, chunkRows: Int?, profile: RunProfile? = nil) {
    self.experiment = experiment
    // As many runs at a time as their logs fit into memory.
    let largest = experiment.arms.map { Double($0.scenario.loggedDoubles) * 8 }.max() ?? 0
    let fitting = largest > 0 ? Int(min(usableMemory() / largest, 1e6)) : Int.max
    self.jobs = max(1, min(jobs ?? availableCores(), fitting))
    self.chunkRows = chunkRows
    self.profile = profile
  }

  /// Goes through the plan: `make` turns each run into something, several at a time, which `deliver` gets in plan order, one at a time.
  ///
  /// - Parameters:
  ///   - make: Gets a run's place in the plan, and does what there is to do on its thread; `nil` when the run was cancelled.
  ///   - deliver: Gets what `make` gave, on any thread.
  func run<Thing: Sendable, Failure: Error>(
    make: @Sendable (Int) throws(Failure) -> Thing?, deliver: @Sendable (Thing) throws(Failure) -> Void
  ) throws(Failure) {
    setBLASThreads(1)
    let count = experiment.plan.count
    try makeInOrder(count, threads: min(jobs, max(1, count))) { index throws(Failure) in
      if isCancelled() { return nil }
      guard let profile else { return try make(index) }
      return try profile.measure(.other) { () throws(Failure) in try make(index) }
    } deliver: { thing throws(Failure) in
      try deliver(thing)
    }
  }

  /// One run; `nil` when it was cancelled.
  func result(of run: PlannedRun) -> RunResult? {
    var simulation = Simulation(experiment.arms[run.arm].scenario, replicate: run.replicate, chunkRows: chunkRows)
    var result = RunResult(run: run), rows = DeploymentRows()
    while let record = simulation.step() {
      result.append(record, rows: &rows)
      didCycle()
      if isCancelled() { return nil }
    }
    if let ending = simulation.ending {
      result.ending = ending.word
      result.endingCycle = ending.cycle
      result.endingText = ending.description
    }
    return result
  }
}
