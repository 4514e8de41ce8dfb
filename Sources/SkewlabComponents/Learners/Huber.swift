public import SkewlabEngine
internal import SkewlabNumerics

/// Learner `huber`: a linear model on which outliers have a bounded influence.
public struct Huber: Learner {
  /// What the threshold is in units of.
  public enum Scale: String, Sendable, CaseIterable {
    /// The outcome's units.
    case none
    /// The median absolute residual over Φ⁻¹(¾).
    case mad
  }

  /// `huber`.
  public static let kind = "huber"
  /// One line.
  public static let summary = "least squares for small residuals, least absolute values for large ones"
  /// The definition.
  public static let definition = """
    Minimises mean H(y − b − w′z) + (penalty/2)‖w‖² over the window, weights of rows normalised, the intercept b not penalised; H(r) = r²/2 for |r| ≤ δ and δ|r| − δ²/2 beyond. δ = epsilon with \
    `scale: none`, in the outcome's units. With `scale: mad` δ = epsilon·σ, σ the median of |r| over Φ⁻¹(¾) = 0.6745, taken anew from the residuals in each iteration, so that both equations hold together at the solution: \
    Huber's T with the MAD about 0, as RLM of statsmodels has it; a row of weight w counts as w rows in the median. Solved by reweighted least squares with weights min(1, δ/|r|), which begins at least \
    squares and has converged when no prediction changes by more than 1e-11·σ, but for rounding. A rank-deficient design gives the solution of least ‖w‖. Where half of the residuals are zero (few rows, mostly) σ is \
    too: the iterations end there, converged if all are zero. Values whose squares overflow are refused, as by `ols`.
    """
  /// The source.
  public static let source =
    "P. J. Huber, Robust estimation of a location parameter, Annals of Mathematical Statistics 35(1), 1964; P. J. Huber, Robust Statistics, Wiley, 1981, sections 7.7–7.8"
  /// The parameters.
  public static let parameters: [any ParameterDeclaration] = [epsilon, scale, penalty, Ridge.intercept, IterativeFit.start, iterations]
  static let epsilon = Parameter.number(
    "epsilon", default: 1.345, in: .above(0),
    about: "the threshold between the two regimes, in units of `scale`; 1.345 has 95 % of the efficiency of least squares on normal noise")
  static let scale = Parameter<Scale>.choice(
    "scale", default: .mad, about: "what `epsilon` is in units of: the outcome's own, or the residuals' median")
  static let penalty = Parameter.number("penalty", default: 0, in: .atLeast(0), about: "λ of (λ/2)‖w‖², per row")
  static let iterations = IterativeFit.iterations(default: 200)

  private let epsilon: Double
  private let scale: Scale
  private let setup: IterativeFit

  /// Reads the parameters.
  public init(_ arguments: Arguments) {
    epsilon = arguments[Self.epsilon]
    scale = arguments[Self.scale]
    setup = IterativeFit(arguments, penalty: Self.penalty, iterations: Self.iterations)
  }

  /// It sees the rows.
  public var needsRows: Bool { true }

  /// The robust fit.
  public func fit(_ data: TrainingData) throws(FitError) -> LinearFit {
    guard let rows = data.rows else { preconditionFailure("a Huber fit needs the rows") }
    let count = rows.columns - 1, outcomes = rows.column(count)
    var fit = try LinearFit.leastSquares(data.moments, penalty: setup.penalty, intercept: setup.hasIntercept, features: data.features)
    // Least squares says what is not finite, and the rank, even where the iterations begin elsewhere.
    if let start = setup.start(of: data), start.weights.count == count, fit.deficientRank == nil { fit.predictor = start }
    let deviation = (data.moments.cross[count, count] / data.moments.weight).squareRoot()
    let largestFeatures = (0..<count).map { j in rows.withColumn(j) { z in z.indices.reduce(0) { max($0, abs(z[$1])) } } }
    var predictions = Self.predictions(fit.predictor, rows)
    var iteration = 0, converged = false
    while iteration < setup.iterations, !converged {
      let spread = spread(outcomes, predictions, data.weights), threshold = threshold(spread)
      let largest = Self.largestTerms(fit.predictor, largestFeatures)
      guard threshold > 64 * Double.ulpOfOne * largest else {
        converged = zip(outcomes, predictions).allSatisfy { abs($0 - $1) <= 64 * Double.ulpOfOne * largest }
        break
      }
      var weights = data.weights
      for i in weights.indices { weights[i] *= min(1, threshold / max(abs(outcomes[i] - predictions[i]), threshold)) }
      var moments = Moments(dimension: count + 1)
      moments.add(rows, rows: 0..<outcomes.count, weights: weights.span)
      // The penalty is on the mean over all the rows' own weights.
      let rank = fit.deficientRank
      fit = try .leastSquares(
        moments, penalty: setup.penalty * data.moments.weight / moments.weight, intercept: setup.hasIntercept,
        features: data.features)
      fit.deficientRank = rank ?? fit.deficientRank
      let next = Self.predictions(fit.predictor, rows)
      let change = zip(next, predictions).reduce(0) { max($0, abs($1.0 - $1.1)) }
      predictions = next
      iteration += 1
      // Outliers inflate the standard deviation; it stands in only where σ is 0.
      let tolerance = Self.tolerance * (spread > 0 ? spread : deviation)
      converged = change <= tolerance + 4 * Double.ulpOfOne * Self.largestTerms(fit.predictor, largestFeatures)
    }
    fit.certificate = FitCertificate(
      gradientNorm: gradientNorm(data, rows, fit.predictor, predictions), iterations: iteration, converged: converged)
    return fit
  }

  private static func predictions(_ predictor: LinearPredictor, _ rows: Matrix) -> [Double] {
    var predictions = Array(repeating: 0.0, count: rows.rows)
    var span = predictions.mutableSpan
    predictor.predict(rows, rows: rows.rows, into: &span)
    return predictions
  }

  /// The change of a prediction, in units of σ, at which the iterations end.
  private static let tolerance = 1e-11

  /// |b| + Σ|wⱼ|·max|zⱼ|: what predictions are summed of, which is what their rounding is relative to.
  private static func largestTerms(_ predictor: LinearPredictor, _ largestFeatures: [Double]) -> Double {
    zip(predictor.weights, largestFeatures).reduce(abs(predictor.intercept)) { $0 + abs($1.0) * $1.1 }
  }

  /// δ at a σ.
  private func threshold(_ spread: Double) -> Double { scale == .none ? epsilon : epsilon * spread }

  /// σ: the median of |r| over Φ⁻¹(¾).
  private func spread(_ outcomes: [Double], _ predictions: [Double], _ weights: [Double]) -> Double {
    let sizes = zip(outcomes, predictions).map { abs($0 - $1) }
    let order = PresentOrder(Matrix(rows: sizes.count, columns: 1, elements: sizes), column: 0, weights: weights)
    return (order.median ?? 0) / Self.normalQuartile
  }

  /// Φ⁻¹(¾).
  private static let normalQuartile = Normal.quantile(0.75)

  /// ‖∇‖ of the objective at the threshold that the residuals give.
  private func gradientNorm(_ data: TrainingData, _ rows: Matrix, _ predictor: LinearPredictor, _ predictions: [Double]) -> Double {
    let count = predictor.weights.count, outcomes = rows.column(count)
    let threshold = threshold(spread(outcomes, predictions, data.weights))
    let influence = outcomes.indices.map {
      data.weights[$0] * min(threshold, max(-threshold, predictions[$0] - outcomes[$0])) / data.moments.weight
    }
    let bias = setup.hasIntercept ? influence.reduce(0, +) : 0
    var squares = bias * bias
    for j in 0..<count {
      let center = setup.hasIntercept ? data.moments.mean[j] : 0
      var slope = setup.penalty * predictor.weights[j]
      rows.withColumn(j) { z in
        for i in z.indices { slope += influence[i] * (z[i] - center) }
      }
      squares += slope * slope
    }
    return squares.squareRoot()
  }
}
