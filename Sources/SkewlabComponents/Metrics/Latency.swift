public import SkewlabEngine

/// Metric `latency`: how long requests took, and what became of them.
public struct Latency: Metric {
  /// `latency`.
  public static let kind = "latency"
  /// One line.
  public static let summary = "time to answer, late and lost requests, throughput, memory"
  /// The definition.
  public static let definition = """
    latency_p50_ms, latency_p95_ms, latency_p99_ms: percentiles of the time from arrival to answer, in milliseconds, over the requests that were answered, \
    late ones included; the p-th is the ⌈np/100⌉-th smallest of n. mean_wait_ms: the mean time until a worker takes a request up, and waiting_share: the share that found \
    none free, both over the requests let in. late_share: the share that got the fallback, answered after the deadline or lost; lost_share: never answered. throughput: \
    answers a second, late ones included. peak_memory_mb and restarts: the most memory in use, and how often the process was restarted, where the runtime has a \
    memory. Throughput, memory and restarts are those from the beginning of the cycle to its last arrival. Absent where no request takes time.
    """

  /// No parameters.
  public init(_ arguments: Arguments) {}

  /// What the runtime measures.
  public func columns(for traits: MeasurementTraits) -> [String] {
    let time = [
      "latency_p50_ms", "latency_p95_ms", "latency_p99_ms", "mean_wait_ms", "waiting_share", "late_share", "lost_share", "throughput",
    ]
    return (traits.runtime.contains(.time) ? time : []) + (traits.runtime.contains(.memory) ? ["peak_memory_mb", "restarts"] : [])
  }

  /// What it measured.
  public func values(_ cycle: Measurements, for traits: MeasurementTraits) -> [Double?] {
    let measured = cycle.runtime
    let time: [Double?] = [
      measured?.latencyP50, measured?.latencyP95, measured?.latencyP99, measured?.meanWait, measured?.waitingShare, measured?.lateShare,
      measured?.lostShare, measured?.throughput,
    ]
    return (traits.runtime.contains(.time) ? time : [])
      + (traits.runtime.contains(.memory) ? [measured?.peakMemory, measured?.restarts.map { Double($0) }] : [])
  }
}
