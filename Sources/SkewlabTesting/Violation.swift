/// One thing that a kind does and its role's contract forbids.
public struct Violation: Sendable, Hashable, CustomStringConvertible {
  /// The kind, as `role/kind`.
  public var kind: String
  /// The check that found it, by its name.
  public var check: String
  /// What was seen, and what the contract asks for.
  public var message: String

  /// `response/my-kind fails same-seed: …`.
  public var description: String { "\(kind) fails \(check): \(message)" }
}
