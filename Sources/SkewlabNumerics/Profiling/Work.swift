internal import CSkewlabKernels

/// The kinds of work that a run's time goes into. What is not one of them, such as setting up, counts as ``other``.
package enum Work: Int32, CaseIterable, Sendable {
  case other, randomNumbers, world, pipeline, prediction, response, metrics, moments, fit, writing

  /// The kind in words.
  package var name: String {
    switch self {
    case .other: "other"
    case .randomNumbers: "random numbers"
    case .world: "world"
    case .pipeline: "pipeline"
    case .prediction: "prediction"
    case .response: "response"
    case .metrics: "metrics"
    case .moments: "log and moments"
    case .fit: "fit"
    case .writing: "writing"
    }
  }

  /// Counts this thread's time from now on as this kind; gives what it was before, to return to.
  ///
  /// Nothing happens on a thread that is not being profiled.
  @discardableResult package func begin() -> Work { Work(rawValue: skewlab_stopwatch_turn(rawValue)) ?? .other }
}

/// How a thread's time, or that of several, was shared out among kinds of work.
package struct WorkProfile: Sendable, Hashable {
  /// Nanoseconds of each kind, in the order of ``Work``.
  private var nanoseconds = [UInt64](repeating: 0, count: Work.allCases.count)

  /// No time.
  package init() {}

  /// Profiles what a body does on this thread; time counts as `kind` until some work says otherwise.
  package mutating func measure<Result, Failure: Error>(_ kind: Work = .other, _ body: () throws(Failure) -> Result) throws(Failure)
    -> Result
  {
    skewlab_stopwatch_start(kind.rawValue)
    defer { stop() }
    return try body()
  }

  private mutating func stop() {
    var all = [UInt64](repeating: 0, count: Int(SKEWLAB_STOPWATCH_KINDS))
    unsafe all.withUnsafeMutableBufferPointer { all in
      guard let base = all.baseAddress else { return }
      unsafe skewlab_stopwatch_stop(base)
    }
    for i in nanoseconds.indices { nanoseconds[i] += all[i] }
  }

  /// Adds the time of another thread.
  package mutating func merge(_ other: WorkProfile) {
    for i in nanoseconds.indices { nanoseconds[i] += other.nanoseconds[i] }
  }

  /// Seconds of a kind.
  package func seconds(_ kind: Work) -> Double { Double(nanoseconds[Int(kind.rawValue)]) * 1e-9 }

  /// Seconds of all kinds.
  package var total: Double { Work.allCases.reduce(0) { $0 + seconds($1) } }
}
