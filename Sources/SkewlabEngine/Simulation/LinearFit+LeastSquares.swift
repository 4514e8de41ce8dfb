public import SkewlabNumerics

extension LinearFit {
  /// Penalised least squares from moments of (features…, outcome): minimises Σ w·½(y − b − θ′z)²/Σw + (λ/2)‖θ‖².
  ///
  /// With an intercept the normal equations are (C/W + λI)θ = c/W with centred cross-products C and c, and b = ȳ − θ′z̄; without, (M + λI)θ = m with
  /// second moments about zero. A singular system gives the solution of least ‖θ‖.
  public static func leastSquares(_ moments: Moments, penalty: Double = 0, intercept: Bool = true, features: [String]) throws(FitError)
    -> LinearFit
  {
    let count = moments.dimension - 1
    guard moments.weight > 0 else { throw .noRows }
    for j in 0...count where !moments.mean[j].isFinite || !moments.cross[j, j].isFinite {
      throw .notFinite(feature: j < count ? features[j] : "the outcome")
    }
    let source = intercept ? moments.covariance() : moments.secondMoment()
    var system = Matrix(rows: count, columns: count)
    var target = Array(repeating: 0.0, count: count)
    for j in 0..<count {
      for i in 0..<count { system[i, j] = source[i, j] }
      system[j, j] += penalty
      target[j] = source[j, count]
    }
    let solved = SymmetricSystem.solve(system, target)
    var bias = 0.0
    if intercept {
      bias = moments.mean[count]
      for j in 0..<count { bias -= solved.solution[j] * moments.mean[j] }
    }
    return LinearFit(
      predictor: LinearPredictor(intercept: bias, weights: solved.solution), deficientRank: solved.isRankDeficient ? solved.rank : nil)
  }
}
