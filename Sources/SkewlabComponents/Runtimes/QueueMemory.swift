internal import OrderedCollections
internal import SkewlabEngine

/// The memory of the serving process.
struct QueueMemory: Sendable, Hashable {
  /// Megabytes without a request, megabytes for each request in flight, and the most that there is.
  var base: Double, perRequest: Double, limit: Double?
  /// Seconds that a restart takes.
  var restart: Double

  static let parameter = Parameter<QueueMemory?>(
    "memory",
    type: .map([
      "base": .number(.atLeast(0)), "per-request": .number(.atLeast(0)), "limit": .number(.above(0)), "restart": .number(.between(0, 1e9)),
    ]),
    about: """
      `{base: 200, per-request: 5, limit: 1000, restart: 2}`, by default {base: 0, per-request: 0}, no limit and 1 s: base + per-request × requests in flight, in megabytes (10⁶ bytes); a \
      request that would pass the limit restarts the process, which takes so many seconds
      """
  ) { .some($0.map(QueueMemory.init(checked:))) }

  private init(checked node: DocumentNode) {
    base = node["base"]?.double ?? 0
    perRequest = node["per-request"]?.double ?? 0
    limit = node["limit"]?.double
    restart = node["restart"]?.double ?? 1
  }

  /// Refuses a limit that not a single request fits in.
  static func check(_ arguments: Arguments) throws(ScenarioError) {
    guard let memory = arguments[parameter], let limit = memory.limit, memory.base + memory.perRequest > limit else { return }
    throw arguments.outOfRange(
      parameter, allowed: "a limit of base + per-request or more, \(decimalText(memory.base + memory.perRequest)), so that one request fits"
    )
  }

  /// The most requests in flight; `nil` when any number fits.
  var capacity: Int? {
    guard let limit, perRequest > 0 else { return nil }
    return Int(min(max(((limit - base) / perRequest).rounded(.down), 1), 1e15))
  }
}
