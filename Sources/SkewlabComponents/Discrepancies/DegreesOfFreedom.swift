public import SkewlabEngine

/// Discrepancy `ddof`: one side divides by another number when it standardises.
public struct DegreesOfFreedom: StepVersion {
  /// `ddof`.
  public static let kind = "ddof"
  /// One line.
  public static let summary = "the standard deviation with n − 1 instead of n, or the reverse"
  /// The definition.
  public static let definition = """
    The side's `standardize` step has this `ddof`; each side fits its own state on the same rows. Features then differ by the factor √((n − ddof)/(n − ddof′)): with n = 100 and 0 against 1, 0.5 %.
    """
  /// The parameters.
  public static let parameters: [any ParameterDeclaration] = [step, ddof] + DiscrepancyScope.parameters
  static let step = StepSelection.parameter(about: "the `standardize` step; the only one unless given")
  static let ddof = Parameter.number("ddof", default: 1, in: .between(0, 1), about: "what the side subtracts from n")

  let version: OtherVersion
  static let stepKinds = [Standardize.kind]

  static func changes(_ arguments: Arguments, to step: PipelineStep) -> OtherVersion.Changes {
    [("ddof", .number(arguments[Self.ddof]))]
  }
}
