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
  /// A bug.
  public static let defaultCause: Cause? = .buggyVersion
  /// The parameters.
  public static let parameters: [any ParameterDeclaration] = [step, rounding] + DiscrepancyScope.parameters
  static let step = StepSelection.parameter(about: "the step; the only one that suits unless given")
  static let rounding = Parameter<Columns.Rounding>.choice("rounding", default: .halfUp, about: "how the side rounds")

  /// Where and when it acts.
  public let scope: DiscrepancyScope
  /// The step with the other rule.
  public let version: (step: StepTarget, parameters: [(name: String, value: DocumentNode)])

  /// Reads the parameters.
  public init(_ arguments: Arguments) throws(ScenarioError) {
    scope = try DiscrepancyScope(arguments)
    version = (
      try arguments[Self.step].step(of: arguments, at: Self.step, kinds: [Cast.kind]),
      [("rounding", .string(arguments[Self.rounding].rawValue))]
    )
  }
}
