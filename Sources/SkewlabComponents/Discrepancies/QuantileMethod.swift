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
  /// The parameters.
  public static let parameters: [any ParameterDeclaration] = [step, quantile] + DiscrepancyScope.parameters
  static let quantile = Parameter<QuantileRule>.choice("quantile", default: .lower, about: "how the side reads a quantile between the rows")

  let version: OtherVersion
  static let stepKinds = [Bin.kind, Clip.kind, RobustScale.kind]

  static func changes(_ arguments: Arguments, to step: PipelineStep) -> OtherVersion.Changes {
    [("quantile", .string(arguments[Self.quantile].rawValue))]
  }
}
