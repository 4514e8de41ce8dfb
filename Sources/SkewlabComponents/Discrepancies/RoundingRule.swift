public import SkewlabEngine
internal import SkewlabNumerics

/// Discrepancy `rounding`: one side rounds by another rule.
public struct RoundingRule: StepVersion {
  /// `rounding`.
  public static let kind = "rounding"
  /// One line.
  public static let summary = "half to even instead of half up, or the reverse"
  /// The definition.
  public static let definition = """
    The side's `cast` step to whole or fixed-point numbers rounds by this rule. Only values half-way between two neighbours are touched, or on the wrong side of zero.
    """
  /// The parameters.
  public static let parameters: [any ParameterDeclaration] = [step, rounding] + DiscrepancyScope.parameters
  static let rounding = Parameter<Columns.Rounding>.choice("rounding", default: .halfUp, about: "how the side rounds")

  let version: OtherVersion
  static let stepKinds = [Cast.kind]

  static func changes(_ arguments: Arguments, to step: PipelineStep) -> OtherVersion.Changes {
    [("rounding", .string(arguments[Self.rounding].rawValue))]
  }
}
