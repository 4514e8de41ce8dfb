internal import Dispatch
internal import SkewlabEngine
internal import SkewlabNumerics
internal import Synchronization

/// Runs a plan on several cores, each run with one BLAS thread.
struct Runner: Sendable {
  let experiment: Experiment
  let jobs: Int
  let chunkRows: Int?
  let profile: RunProfile?

  init(experiment: Experiment, jobs: Int?, chunkRows: Int?, profile: RunProfile? = nil) {
    self.experiment = experiment
    self.jobs = max(1, jobs ?? availableCores())
    self.chunkRows = chunkRows
    self.profile = profile
  }

  /// Does the runs at these places of the plan; `deliver` gets each result as it is done, one at a time, in whatever order.
  ///
  /// - Parameters:
  ///   - isCancelled: Asked between cycles; runs under way are then dropped.
  ///   - didCycle: Told of every cycle done, from any thread.
  func run(
    _ indices: [Int], isCancelled: @Sendable () -> Bool = { false }, didCycle: @Sendable () -> Void = {},
    deliver: (Int, RunResult) -> Void
  ) {
    setBLASThreads(1)
    let plan = experiment.plan
    let next = Atomic<Int>(0)
    let finished = Mutex<[(Int, RunResult)]>([])
    let available = DispatchSemaphore(value: 0)
    let workers = min(jobs, max(1, indices.count))
    // Results that wait to be delivered are few, so that stopping is quick and memory flat.
    let slots = DispatchSemaphore(value: 4 * workers)
    let queue = DispatchQueue(label: "skewlab.runs", attributes: .concurrent)
    let group = DispatchGroup()
    withoutActuallyEscaping(isCancelled) { isCancelled in
      withoutActuallyEscaping(didCycle) { didCycle in
        let work: @Sendable () -> Void = {
          while !isCancelled() {
            let place = next.wrappingAdd(1, ordering: .relaxed).oldValue
            guard place < indices.count else { break }
            slots.wait()
            let run = plan[indices[place]]
            if let result = measured({ one(run, isCancelled: isCancelled, didCycle: didCycle) }) {
              finished.withLock { $0.append((indices[place], result)) }
              available.signal()
            } else {
              slots.signal()
            }
          }
        }
        for _ in 0..<workers { queue.async(group: group, execute: work) }
        group.notify(queue: queue) { available.signal() }
        var delivered = 0
        while delivered < indices.count {
          available.wait()
          let done = finished.withLock { list in
            let copy = list
            list.removeAll()
            return copy
          }
          if done.isEmpty, isCancelled() { break }
          for (index, result) in done {
            deliver(index, result)
            slots.signal()
          }
          delivered += done.count
        }
        group.wait()
      }
    }
    for (index, result) in finished.withLock({ $0 }) { deliver(index, result) }
  }

  private func measured(_ run: () -> RunResult?) -> RunResult? { profile.map { $0.measure(.other, run) } ?? run() }

  /// One run; `nil` when it was cancelled.
  private func one(_ run: PlannedRun, isCancelled: () -> Bool, didCycle: () -> Void) -> RunResult? {
    var simulation = Simulation(experiment.arms[run.arm].scenario, replicate: run.replicate, chunkRows: chunkRows)
    var result = RunResult(run: run)
    while let record = simulation.step() {
      result.append(record)
      didCycle()
      if isCancelled() { return nil }
    }
    if let ending = simulation.ending {
      result.ending = ending.word
      result.endingText = ending.description
    }
    return result
  }
}
