public import SkewlabEngine
internal import SkewlabNumerics

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Learner `recursive-least-squares`: the filter that takes one row after another and forgets.
public struct RecursiveLeastSquares: Learner {
  /// `recursive-least-squares`.
  public static let kind = "recursive-least-squares"
  /// One line.
  public static let summary = "least squares updated row by row over the whole log, with forgetting"
  /// The definition.
  public static let definition = """
    The state of the recursion over every fitted row of the log in order, from θ = 0 and P = δI: k = Pz/(λ + z′Pz), θ ← θ + k(y − z′θ), P ← (P − kz′P)/λ, with λ `forgetting`, δ `initial-covariance`, and z the encoded features \
    after a 1 for the intercept. It is computed without the recursion, whose P loses its symmetry in long runs: after N rows θ minimises Σ λ^(N−i)(yᵢ − zᵢ′θ)² + λ^N‖θ‖²/δ, a sum of second moments in which every row \
    weighs λ as much as the next, so that nothing grows with the log. The start counts as rows do, the intercept included: it is no penalty per row. Where old rows are forgotten and new ones do not span the features, λ^N/δ \
    falls to nothing; the fit then is the solution of least norm, where P of the recursion would blow up. The window is the whole log, `all`, and no other; features are encoded with the same weights, as fitted now. A row \
    that the log repeats weighs as much more.
    """
  /// The source.
  public static let source = "S. Haykin, Adaptive Filter Theory, 4th ed., Prentice Hall 2002, chapter 9"
  /// The parameters.
  public static let parameters: [any ParameterDeclaration] = [factor, covariance, Ridge.intercept]
  static let factor = Parameter.number(
    "forgetting", default: 0.999, in: .above(0, upTo: 1),
    about: "λ, per row: the last 1/(1 − λ) rows are what counts; 1 forgets nothing")
  static let covariance = Parameter.number(
    "initial-covariance", default: 1000, in: .atLeast(1e-12),
    about: "δ of P = δI before the first row: large is vague, and forgets θ = 0 sooner")
  /// The weight that its own start has is that of rows, whatever they weigh.
  public static let conformanceSkips = [
    ConformanceSkip("learner-weights", because: "the start P = δI weighs against the rows as they are, not against their mean")
  ]

  /// λ.
  public let forgetting: Double
  /// It does.
  public let readsWholeLog = true
  private let covariance: Double
  private let hasIntercept: Bool

  /// Reads the parameters.
  public init(_ arguments: Arguments) {
    forgetting = arguments[Self.factor]
    covariance = arguments[Self.covariance]
    hasIntercept = arguments[Ridge.intercept]
  }

  /// The state after the last row.
  ///
  /// With κ = λ^N/δ, W the sum of weights and centred cross-products C, c: b = W(ȳ − θ′z̄)/(W + κ), and what is left of θ solves (C + κI + μz̄z̄′)θ = c + μz̄ȳ with μ = Wκ/(W + κ). No
  /// mean is squared, so that features far from zero cost no digits.
  public func fit(_ data: TrainingData) throws(FitError) -> LinearFit {
    let moments = data.moments, count = moments.dimension - 1, total = moments.weight
    guard total > 0 else { throw .noRows }
    for j in 0...count where !moments.mean[j].isFinite || !moments.cross[j, j].isFinite {
      throw .notFinite(feature: j < count ? data.features[j] : "the outcome")
    }
    let start = pow(forgetting, Double(moments.count)) / covariance
    // Means enter with the weight that the intercept leaves them: all of it where there is none.
    let share = hasIntercept ? start / (total + start) : 1
    var system = Matrix(rows: count, columns: count)
    var target = Array(repeating: 0.0, count: count)
    for j in 0..<count {
      for i in 0..<count { system[i, j] = moments.cross[i, j] / total + share * moments.mean[i] * moments.mean[j] }
      system[j, j] += start / total
      target[j] = moments.cross[j, count] / total + share * moments.mean[j] * moments.mean[count]
    }
    let solved = SymmetricSystem.solve(system, target)
    var bias = 0.0
    if hasIntercept {
      bias = moments.mean[count]
      for j in 0..<count { bias -= solved.solution[j] * moments.mean[j] }
      bias *= total / (total + start)
    }
    return LinearFit(
      predictor: LinearPredictor(intercept: bias, weights: solved.solution), deficientRank: solved.isRankDeficient ? solved.rank : nil)
  }
}
