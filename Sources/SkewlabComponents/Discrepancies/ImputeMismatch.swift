public import SkewlabEngine

/// Discrepancy `impute-mismatch`: one side fills missing values by another rule.
public struct ImputeMismatch: StepDiscrepancy {
  /// `impute-mismatch`.
  public static let kind = "impute-mismatch"
  /// One line.
  public static let summary = "missing values are filled by another rule or constant"
  /// The definition.
  public static let definition = """
    The side's `impute` step fills by `with`, and with `value` where that is `constant`: 0 and −999 are what code without an imputer does. Given `features`, those alone; the others keep the step's own rule. A feature that is \
    missing completely at random at rate p, filled with f in serving where training filled with the mean m, costs p·w²(σ² + (m − f)²), of which p·w²σ² is the information lost.
    """
  /// Different handling of data.
  public static let defaultCause: Cause? = .dataHandling
  /// The parameters.
  public static let parameters: [any ParameterDeclaration] = [step, features, with, value] + DiscrepancyScope.parameters
  static let step = StepSelection.parameter(about: "the `impute` step; the only one unless given")
  static let features = Parameter.features(about: "the features filled otherwise; all that the step fills unless given")
  static let with = Parameter<Impute.Rule>.choice("with", default: .constant, about: "what missing values are filled with")
  static let value = Parameter.number("value", default: 0, about: "the constant, and what a feature without any value is filled with")

  /// Where and when it acts.
  public let scope: DiscrepancyScope
  private let target: StepTarget
  private let features: FeatureSelection
  private let parameters: [(name: String, value: DocumentNode)]
  private let exception: Impute.Exception

  /// Reads the parameters.
  public init(_ arguments: Arguments) throws(ScenarioError) {
    scope = try DiscrepancyScope(arguments)
    target = try arguments[Self.step].step(of: arguments, at: Self.step, kinds: [Impute.kind])
    features = arguments[Self.features]
    parameters = [("with", .string(arguments[Self.with].rawValue)), ("value", .number(arguments[Self.value]))]
    exception = Impute.Exception(features: features, rule: arguments[Self.with], value: arguments[Self.value])
    _ = try features.indices(in: arguments.context.schema, at: arguments.path, requirement: "numeric") { $0.isNumeric }
  }

  /// The step with the other rule, for all features or for some.
  public func alter(_ steps: [PipelineStep]) throws(ScenarioError) -> [PipelineStep] {
    if features.names == nil { return try steps.setting(parameters, at: target) }
    return try steps.replacing(target) { step in
      guard var impute = step.component as? Impute else { return [step] }
      impute.exceptions.append(exception)
      return [step.with(impute)]
    }
  }
}
