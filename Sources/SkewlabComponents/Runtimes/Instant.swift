public import SkewlabEngine

/// Runtime `instant`: every prediction is in time.
public struct Instant: Runtime {
  /// `instant`.
  public static let kind = "instant"
  /// One line.
  public static let summary = "every prediction is in time"
  /// The definition.
  public static let definition = "No prediction is late or lost: what the predictor says is what is served."

  /// No parameters.
  public init(_ arguments: Arguments) {}

  /// They are.
  public var isInstant: Bool { true }

  /// Leaves the predictions as they are.
  public mutating func serve(_ predictions: inout MutableSpan<Double>, previous: Span<Double>, rows: Range<Int>, deployed: DeployedModel) {}
}
