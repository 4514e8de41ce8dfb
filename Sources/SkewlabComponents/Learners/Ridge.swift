public import SkewlabEngine

/// Learner `ridge`: least squares with a penalty on the squared weights.
public struct Ridge: Learner {
  /// `ridge`.
  public static let kind = "ridge"
  /// One line.
  public static let summary = "least squares with a penalty on the squared weights"
  /// The definition.
  public static let definition = """
    Minimises mean ½(y − b − w′z)² + (penalty/2)‖w‖² over the window; the intercept b is not penalised. The penalty is per row: a penalty Λ on the \
    sum of squares is Λ/n here. It depends on the features' scales, so a `standardize` step before it is usual.
    """
  /// The source.
  public static let source = "A. E. Hoerl, R. W. Kennard, Ridge regression, Technometrics 12(1), 1970"
  /// The parameters.
  public static let parameters: [any ParameterDeclaration] = [penalty, intercept]
  static let penalty = Parameter.number("penalty", default: 0.001, in: .atLeast(0), about: "λ of (λ/2)‖w‖², per row")
  static let intercept = Parameter.flag("intercept", default: true, about: "whether the model has an intercept; without one b = 0")

  private let penalty: Double
  private let hasIntercept: Bool

  /// Reads the parameters.
  public init(_ arguments: Arguments) {
    penalty = arguments[Self.penalty]
    hasIntercept = arguments[Self.intercept]
  }

  init(penalty: Double, intercept: Bool) {
    self.penalty = penalty
    hasIntercept = intercept
  }

  /// As defined.
  public var leastSquares: LeastSquaresForm? { LeastSquaresForm(penalty: penalty, hasIntercept: hasIntercept) }

  /// The penalised fit.
  public func fit(_ data: TrainingData) throws(FitError) -> LinearFit {
    try .leastSquares(data.moments, penalty: penalty, intercept: hasIntercept, features: data.features)
  }
}
