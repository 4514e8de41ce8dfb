/// A conformance check that a kind says it cannot pass, and why. It stands in the kind's own file.
///
/// ```swift
/// static let conformanceSkips = [ConformanceSkip("learner-row-order", because: "one pass of stochastic gradient descent takes rows as they come")]
/// ```
/// A skip without a reason, of a check that there is not, or of one that the kind passes, is a violation itself.
public struct ConformanceSkip: Sendable, Hashable {
  /// The check's name, as violations give it.
  public let check: String
  /// Why the kind cannot pass it.
  public let reason: String

  /// A skip and its justification.
  public init(_ check: String, because reason: String) {
    self.check = check
    self.reason = reason
  }
}
