public import SkewlabEngine

/// Learner `ols`: ordinary least squares.
public struct OrdinaryLeastSquares: Learner {
  /// `ols`.
  public static let kind = "ols"
  /// One line.
  public static let summary = "ordinary least squares"
  /// The definition.
  public static let definition = """
    Minimises mean ½(y − b − w′z)² over the window. Solved from the centred second moments by Cholesky after scaling to unit variances; a \
    rank-deficient design (a constant column, copies, a full set of indicators) gives the solution of least ‖w‖, and the run says so.
    """
  /// The parameters.
  public static let parameters: [any ParameterDeclaration] = [Ridge.intercept]

  private let hasIntercept: Bool

  /// Reads the parameters.
  public init(_ arguments: Arguments) { hasIntercept = arguments[Ridge.intercept] }

  /// Without a penalty.
  public var leastSquares: LeastSquaresForm? { LeastSquaresForm(hasIntercept: hasIntercept) }

  /// The least-squares fit.
  public func fit(_ data: TrainingData) throws(FitError) -> LinearFit {
    try .leastSquares(data.moments, intercept: hasIntercept, features: data.features)
  }
}
