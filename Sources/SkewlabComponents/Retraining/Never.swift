public import SkewlabEngine

/// Retraining `never`: the model of cycle 0 serves for good.
public struct Never: Retraining {
  /// `never`.
  public static let kind = "never"
  /// One line.
  public static let summary = "keeps the model of cycle 0"
  /// The definition.
  public static let definition = "No fit after the one on the untouched rows of cycle 0."

  /// Only cycle 0 is ever fitted.
  public let window = Window(.cycles(1))

  /// No parameters.
  public init(_ arguments: Arguments) {}

  /// Never.
  public func fits(after cycle: ServedCycle) -> Bool { false }
}
