public import SkewlabEngine

/// Discrepancy `quantile-method`: one side reads quantiles by another rule.
public struct QuantileMethod: StepVersion {
  /// `quantile-method`.
  public static let kind = "quantile-method"
  /// One line.
  public static let summary = "another rule of interpolation between two rows"
  /// The definition.
  public static let definition = """
    The side's `bin`, `clip` or `robust-scale` step reads quantiles by this rule; each side fits its own, on the same rows. The rules are those of the transform.
    """
  /// A bug.
  public static let defaultCause: Cause? = .buggyVersion
  /// The parameters.
  public static let parameters: [any ParameterDeclaration] = [step, quantile] + DiscrepancyScope.parameters
  static let step = StepSelection.parameter(about: "the step; the only one that suits unless given")
  static let quantile = Parameter<QuantileRule>.choice("quantile", default: .lower, about: "how the side reads a quantile between the rows")

  /// Where and when it acts.
  public let scope: DiscrepancyScope
  /// The step with the other rule.
  public let version: (step: StepTarget, parameters: [(name: String, value: DocumentNode)])

  /// Reads the parameters.
  public init(_ arguments: Arguments) throws(ScenarioError) {
    scope = try DiscrepancyScope(arguments)
    version = (
      try arguments[Self.step].step(of: arguments, at: Self.step, kinds: [Bin.kind, Clip.kind, RobustScale.kind]),
      [("quantile", .string(arguments[Self.quantile].rawValue))]
    )
  }
}
