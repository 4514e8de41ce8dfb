internal import SkewlabEngine
internal import SkewlabNumerics

/// Where the time of a run went: seconds of each kind of work, added up over threads.
public final class RunProfile: Sendable {
  private let work = Guarded(WorkProfile())

  /// No time yet.
  public init() {}

  /// Profiles a body on this thread.
  func measure<Result, Failure: Error>(_ kind: Work, _ body: () throws(Failure) -> Result) throws(Failure) -> Result {
    var own = WorkProfile()
    defer { work.withLock { [own] in $0.merge(own) } }
    return try own.measure(kind, body)
  }

  /// The kinds of work in the order in which a cycle does them, and the seconds of each.
  public var seconds: [(work: String, seconds: Double)] {
    let profile = work.withLock { $0 }
    return (Work.allCases.dropFirst() + [.other]).map { ($0.name, profile.seconds($0)) }
  }
}
