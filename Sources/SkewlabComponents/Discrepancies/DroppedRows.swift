public import SkewlabEngine
internal import SkewlabNumerics

/// Discrepancy `dropped-rows`: the log loses rows.
public struct DroppedRows: LogDiscrepancy {
  /// `dropped-rows`.
  public static let kind = "dropped-rows"
  /// One line.
  public static let summary = "the log loses a share of its rows, at random or by outcome"
  /// The definition.
  public static let definition = """
    Each logged row that qualifies is touched with probability `share`, by a random number of its own. A row that is lost does not count in what training reads. With `outcomes: above` or `below` only rows whose outcome lies \
    above or below `threshold` qualify: the label then decides what is learned from.
    """
  /// Different handling of data.
  public static let defaultCause: Cause? = .dataHandling
  /// The parameters.
  public static let parameters: [any ParameterDeclaration] =
    [outcomes, threshold] + DiscrepancyScope.parameters(side: .training, share: 0.1)
  static let outcomes = Parameter<QualifyingOutcomes>.choice("outcomes", default: .all, about: "which rows qualify")
  static let threshold = Parameter.number("threshold", default: 0, about: "what outcomes are compared with, on the model's scale")

  /// Where and when it acts.
  public let scope: DiscrepancyScope
  private let outcomes: QualifyingOutcomes
  private let threshold: Double
  private let touched: RandomStream

  /// Reads the parameters.
  public init(_ arguments: Arguments) throws(ScenarioError) {
    outcomes = arguments[Self.outcomes]
    scope = try DiscrepancyScope(arguments, side: .training, share: 0.1, only: .training, isNeverWhole: outcomes == .all)
    threshold = arguments[Self.threshold]
    touched = arguments.stream("rows")
  }

  /// Multiplies the weights of the rows it touches by 0.
  public func alter(_ rows: inout Rows, weights: inout [Double]) {
    let mask = scope.touchedRows(rows, stream: touched)
    for i in 0..<rows.count where (mask?[i] ?? true) && outcomes.qualifies(rows.outcomes[i], threshold) { weights[i] *= 0 }
  }
}
