public import SkewlabEngine
public import SkewlabNumerics

/// Decision `score`: the prediction itself is served.
public struct Score: Decision {
  /// `score`.
  public static let kind = "score"
  /// One line.
  public static let summary = "the prediction itself is served"
  /// The definition.
  public static let definition = "Served value = prediction, with propensity 1: a published price, a risk shown to a doctor."

  /// No parameters.
  public init(_ arguments: Arguments) {}

  /// It is.
  public var servesScores: Bool { true }

  /// Copies the scores.
  public func decide(
    _ scores: Span<Double>, rows: Range<Int>, at position: RandomStream.Position, served: inout MutableSpan<Double>,
    propensities: inout MutableSpan<Double>
  ) {
    for i in scores.indices {
      served[i] = scores[i]
      propensities[i] = 1
    }
  }
}
