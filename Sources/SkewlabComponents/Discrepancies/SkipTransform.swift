public import SkewlabEngine

/// Discrepancy `skip-transform`: one side leaves a step out.
public struct SkipTransform: StepDiscrepancy {
  /// `skip-transform`.
  public static let kind = "skip-transform"
  /// One line.
  public static let summary = "a step is left out"
  /// The definition.
  public static let definition = """
    The side does not run the step. A step without which the features have gaps, are text, or have other names is refused: that would be an error in production, not a silent one.
    """
  /// Different handling of data.
  public static let defaultCause: Cause? = .dataHandling
  /// The parameters.
  public static let parameters: [any ParameterDeclaration] = [step] + DiscrepancyScope.parameters
  static let step = StepSelection.parameter(about: "the step that is left out: an id, a kind, or a position from 0")
  /// The scaler.
  public static let example: DocumentNode = ["step": "standardize"]

  /// Where and when it acts.
  public let scope: DiscrepancyScope
  private let target: StepTarget

  /// Reads the parameters.
  public init(_ arguments: Arguments) throws(ScenarioError) {
    scope = try DiscrepancyScope(arguments)
    target = try arguments[Self.step].step(of: arguments, at: Self.step)
  }

  /// The other steps.
  public func alter(_ steps: [PipelineStep]) throws(ScenarioError) -> [PipelineStep] { try steps.replacing(target) { _ in [] } }
}
