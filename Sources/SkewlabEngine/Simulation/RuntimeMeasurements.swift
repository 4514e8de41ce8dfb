/// What a runtime can measure.
public struct RuntimeTraits: OptionSet, Sendable, Hashable {
  /// The set as bits.
  public let rawValue: Int
  /// A set from its bits.
  public init(rawValue: Int) { self.rawValue = rawValue }

  /// Times, shares and the throughput.
  public static let time = RuntimeTraits(rawValue: 1)
  /// Memory and restarts.
  public static let memory = RuntimeTraits(rawValue: 2)
}

/// What a runtime measured in one cycle.
public struct RuntimeMeasurements: Sendable, Hashable {
  /// The 50th, 95th and 99th percentile of the time from arrival to answer in milliseconds, over the requests that were answered, late ones included; `nil` when none was.
  public var latencyP50: Double?, latencyP95: Double?, latencyP99: Double?
  /// The mean time in milliseconds from arrival until a worker takes a request up, over the requests that were let in; `nil` when none was.
  public var meanWait: Double?
  /// The share of the requests let in that found no worker free.
  public var waitingShare: Double?
  /// The share of the requests that got the fallback: answered after the deadline, or lost.
  public var lateShare: Double
  /// The share of the requests that were never answered.
  public var lostShare: Double
  /// Answers a second, late ones included, from the beginning of the cycle to the arrival of its last request.
  public var throughput: Double
  /// The most memory in use in that time, in megabytes; `nil` unless ``RuntimeTraits/memory`` is measured.
  public var peakMemory: Double?
  /// How often the process was restarted in that time; `nil` unless ``RuntimeTraits/memory`` is measured.
  public var restarts: Int?

  /// Measurements.
  public init(
    latencyP50: Double?, latencyP95: Double?, latencyP99: Double?, meanWait: Double?, waitingShare: Double?, lateShare: Double,
    lostShare: Double, throughput: Double, peakMemory: Double?, restarts: Int?
  ) {
    self.latencyP50 = latencyP50
    self.latencyP95 = latencyP95
    self.latencyP99 = latencyP99
    self.meanWait = meanWait
    self.waitingShare = waitingShare
    self.lateShare = lateShare
    self.lostShare = lostShare
    self.throughput = throughput
    self.peakMemory = peakMemory
    self.restarts = restarts
  }
}
