public import SkewlabEngine
internal import SkewlabNumerics

/// Discrepancy `target-leakage`: training has a feature that knows the outcome.
public struct TargetLeakage: LogDiscrepancy {
  /// `target-leakage`.
  public static let kind = "target-leakage"
  /// One line.
  public static let summary = "in training a feature leaks the outcome, in serving it does not"
  /// The definition.
  public static let definition = """
    What training reads of a feature is (1 − strength)·x + strength·y on the rows it touches, y the logged outcome: a column filled in after the event, joined without regard to time. In serving, and in the model's own test, which is on \
    logged rows too, it is there or not as production has it: the own test sees the leak, serving does not have it. Missing becomes strength·y where the leak fills it.
    """
  /// Different handling of data.
  public static let defaultCause: Cause? = .dataHandling
  /// The parameters.
  public static let parameters: [any ParameterDeclaration] = [features, strength] + DiscrepancyScope.parameters(side: .training)
  static let features = Parameter.features(about: "the numeric features that leak; all unless given")
  static let strength = Parameter.number("strength", default: 0.5, in: .share, about: "how much of the outcome is in them, from 0 to 1")

  /// Where and when it acts.
  public let scope: DiscrepancyScope
  private let columns: [Int]
  private let strength: Double

  /// Reads the parameters.
  public init(_ arguments: Arguments) throws(ScenarioError) {
    scope = try DiscrepancyScope(arguments, side: .training, only: .training)
    columns = try arguments.sourceColumns(Self.features, requirement: "numeric") { $0.isNumeric }
    strength = arguments[Self.strength]
  }

  /// Mixes the outcome into the features.
  public func alter(_ rows: inout Rows, weights: inout [Double]) {
    let mask = scope.touchedRows(rows.range, at: rows.position), outcomes = rows.outcomes, strength = strength
    for column in columns {
      rows.withFeature(column) { x in
        for i in x.indices where mask?[i] ?? true {
          x[i] = (x[i].isNaN ? 0 : (1 - strength) * x[i]) + strength * outcomes[i]
        }
      }
    }
  }
}
