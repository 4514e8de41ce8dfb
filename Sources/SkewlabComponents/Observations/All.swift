public import SkewlabEngine
public import SkewlabNumerics

/// Observation `all`: the log sees every outcome, in the cycle it happens.
public struct All: Observation {
  /// `all`.
  public static let kind = "all"
  /// One line.
  public static let summary = "the log sees every outcome at once"
  /// The definition.
  public static let definition = "Every outcome is logged in the cycle in which it happens."

  /// Every outcome is seen.
  public let seesEverything = true

  /// No parameters.
  public init(_ arguments: Arguments) {}

  /// Marks every row as seen.
  public func observe(
    served: Span<Double>, outcomes: Span<Double>, rows: Range<Int>, at position: RandomStream.Position, into seen: inout MutableSpan<Double>
  ) {
    for i in seen.indices { seen[i] = 1 }
  }
}
