public import SkewlabEngine

/// Discrepancy `clip-threshold`: one side clips at another threshold.
public struct ClipThreshold: StepDiscrepancy {
  /// `clip-threshold`.
  public static let kind = "clip-threshold"
  /// One line.
  public static let summary = "another number of standard deviations to clip at"
  /// The definition.
  public static let definition = """
    The side's `clip` step, whose limits are in standard deviations, has this `threshold`. From 3σ to 2σ touches 4.55 % of normal values; predictions move by 0.0096w² in mean square, and the loss grows by 0.0110w².
    """
  /// A bug.
  public static let defaultCause: Cause? = .buggyVersion
  /// The parameters.
  public static let parameters: [any ParameterDeclaration] = [step, threshold] + DiscrepancyScope.parameters
  static let step = StepSelection.parameter(about: "the step; the only one that suits unless given")
  static let threshold = Parameter.number("threshold", default: 2, in: .above(0), about: "what the side clips at, as in `clip`")

  /// Where and when it acts.
  public let scope: DiscrepancyScope
  private let position: Int?
  private let threshold: Double

  /// Reads the parameters.
  public init(_ arguments: Arguments) throws(ScenarioError) {
    scope = try DiscrepancyScope(arguments, isWhole: true)
    position = try arguments[Self.step].step(of: arguments, at: Self.step, kinds: [Clip.kind]).position
    threshold = arguments[Self.threshold]
  }

  /// Another version fits for itself.
  public var fitsOwnState: Bool { true }

  /// The step in the other version.
  public func alter(_ steps: [PipelineStep]) throws(ScenarioError) -> [PipelineStep] {
    try steps.setting([("threshold", .number(threshold))], at: position)
  }
}
