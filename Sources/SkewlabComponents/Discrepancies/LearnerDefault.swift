public import SkewlabEngine

/// Discrepancy `learner-default`: the library's defaults differ when the model is fitted again.
public struct LearnerDefault: LearnerDiscrepancy {
  /// `learner-default`.
  public static let kind = "learner-default"
  /// One line.
  public static let summary = "another default penalty or intercept handling at refit"
  /// The definition.
  public static let definition = """
    In the cycles it acts in, `ols` and `ridge` fit with this penalty (λ of (λ/2)‖w‖², per row, as in `ridge`) and with or without an intercept. The fit of cycle 0 comes first: give `from: 1` for a version that changes later.
    """
  /// A bug.
  public static let defaultCause: Cause? = .buggyVersion
  /// The parameters.
  public static let parameters: [any ParameterDeclaration] = [penalty, intercept] + DiscrepancyScope.parameters(side: .training)
  static let penalty = Parameter.number("penalty", default: 1, in: .atLeast(0), about: "λ, per row")
  static let intercept = Parameter.flag("intercept", default: true, about: "whether the model has an intercept")

  /// Where and when it acts.
  public let scope: DiscrepancyScope
  private let replacement: Ridge

  /// Reads the parameters.
  public init(_ arguments: Arguments) throws(ScenarioError) {
    scope = try DiscrepancyScope(arguments, side: .training, only: .training, isWhole: true)
    replacement = Ridge(penalty: arguments[Self.penalty], intercept: arguments[Self.intercept])
    if let learner = arguments.context.learner, !(learner is OrdinaryLeastSquares || learner is Ridge) {
      throw ScenarioError(
        .conflict("a learner of kind '\(type(of: learner).kind)' has no such default", advice: "use it with `ols` or `ridge`"),
        path: arguments.path, location: arguments.location)
    }
  }

  /// The same learner with the other defaults.
  public func alter(_ learner: any Learner) -> any Learner { replacement }
}
