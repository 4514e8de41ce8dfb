public import SkewlabEngine

/// Learner `logistic`: the probability that the outcome is 1.
public struct Logistic: Learner {
  /// `logistic`.
  public static let kind = "logistic"
  /// One line.
  public static let summary = "logistic regression: predicts the probability that the outcome is 1"
  /// The definition.
  public static let definition = """
    p̂ = 1/(1 + e^(−b − w′z)), for outcomes that are 0 or 1. Minimises mean −[y ln p̂ + (1 − y) ln(1 − p̂)] + (penalty/2)‖w‖² over the window, weights of rows normalised, the intercept b \
    not penalised. Newton's method with halved steps, converged when no row's score b + w′z changes by more than 1e-8 of the largest one (of 1, if that is more). A rank-deficient design gives the solution of least ‖w‖, from a cold \
    start. What is served is the probability; the losses are log losses. Without a penalty, outcomes that some score separates have no finite solution, and neither has a window with one outcome only: the \
    iterations then end with every row on its side by a score of 30, or when nothing is gained any more, and the run says that the fit has not converged. scikit-learn's `C` is 1/(n·penalty).
    """
  /// The source.
  public static let source =
    "D. R. Cox, The regression analysis of binary sequences, Journal of the Royal Statistical Society B 20(2), 1958; S. le Cessie, J. C. van Houwelingen, Ridge estimators in logistic regression, Applied Statistics 41(1), 1992"
  /// The parameters.
  public static let parameters: [any ParameterDeclaration] = [Ridge.penalty, Ridge.intercept, IterativeFit.start, iterations]
  static let iterations = IterativeFit.iterations(default: 100)

  private let setup: IterativeFit

  /// Reads the parameters.
  public init(_ arguments: Arguments) { setup = IterativeFit(arguments, penalty: Ridge.penalty, iterations: Self.iterations) }

  /// It sees the rows.
  public var needsRows: Bool { true }
  /// It predicts probabilities.
  public var link: Link { .logistic }

  /// The penalised fit.
  public func fit(_ data: TrainingData) throws(FitError) -> LinearFit {
    try .logistic(data, penalty: setup.penalty, intercept: setup.hasIntercept, start: setup.start(of: data), iterations: setup.iterations)
  }
}
