#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif
public import SkewlabNumerics

/// Sums over pairs (prediction p, outcome y) from which metrics follow.
///
/// Central sums are kept, and parts are merged in row order (Chan, Golub, LeVeque 1983), so that a large mean costs no digits.
public struct PredictionSums: Sendable, Hashable {
  /// Pairs.
  public private(set) var count = 0.0
  /// Means of p and y.
  public private(set) var meanPrediction = 0.0, meanOutcome = 0.0
  /// Σ(p − p̄)², Σ(y − ȳ)², Σ(p − p̄)(y − ȳ).
  public private(set) var predictionSquares = 0.0, outcomeSquares = 0.0, products = 0.0
  /// Σ(p − y)².
  public private(set) var squaredErrors = 0.0
  /// Σ|p − y|; `nil` when the sums come from moments, which do not know it.
  public private(set) var absoluteErrors: Double? = 0
  /// What there is to say of probabilities; `nil` for a model that does not predict them.
  public private(set) var classification: ClassificationSums?

  /// No pairs.
  public init() {}

  /// No pairs yet of a scenario's predictions.
  init(for traits: MeasurementTraits) {
    if traits.isClassification { classification = ClassificationSums(keepsPairs: traits.keepsPairs) }
  }

  /// Adds pairs, cut into blocks of 1,024.
  ///
  /// - Parameter scores: Those that probabilities are made of (see ``Link/apply(to:keeping:)``); none for other predictions.
  mutating func add(_ predictions: Span<Double>, _ outcomes: Span<Double>, scores: Span<Double>) {
    for start in stride(from: 0, to: predictions.count, by: Simulation.blockRows) {
      let range = start..<min(start + Simulation.blockRows, predictions.count)
      let block = predictions.extracting(range), truth = outcomes.extracting(range)
      mergeSums(PredictionSums(block: block, truth))
      classification?.add(block, truth, scores: scores.isEmpty ? scores : scores.extracting(range))
    }
  }

  /// Adds pairs of logarithms, as exp(p) and exp(y).
  mutating func addExponentials(_ predictions: Span<Double>, _ outcomes: Span<Double>) {
    var p = Array(repeating: 0.0, count: Simulation.blockRows), y = p
    for start in stride(from: 0, to: predictions.count, by: Simulation.blockRows) {
      let count = min(Simulation.blockRows, predictions.count - start)
      for i in 0..<count {
        p[i] = exp(predictions[start + i])
        y[i] = exp(outcomes[start + i])
      }
      merge(PredictionSums(block: p.span.extracting(0..<count), y.span.extracting(0..<count)))
    }
  }

  private init(block predictions: Span<Double>, _ outcomes: Span<Double>) {
    self.init(PairSums(predictions, outcomes))
  }

  private init(_ sums: PairSums) {
    count = sums.count
    meanPrediction = sums.meanX
    meanOutcome = sums.meanY
    predictionSquares = sums.xx
    outcomeSquares = sums.yy
    products = sums.xy
    squaredErrors = sums.squaredDifferences
    absoluteErrors = sums.absoluteDifferences
  }

  /// Adds the pairs of another part.
  mutating func merge(_ other: PredictionSums) {
    mergeSums(other)
    if let more = other.classification { classification?.merge(more) }
  }

  private mutating func mergeSums(_ other: PredictionSums) {
    guard other.count > 0 else { return }
    guard count > 0 else {
      let own = classification
      self = other
      classification = own
      return
    }
    let total = count + other.count
    let dp = other.meanPrediction - meanPrediction, dy = other.meanOutcome - meanOutcome
    let factor = count * other.count / total
    predictionSquares += other.predictionSquares + dp * dp * factor
    outcomeSquares += other.outcomeSquares + dy * dy * factor
    products += other.products + dp * dy * factor
    meanPrediction += dp * other.count / total
    meanOutcome += dy * other.count / total
    squaredErrors += other.squaredErrors
    absoluteErrors = absoluteErrors.flatMap { sum in other.absoluteErrors.map { sum + $0 } }
    count = total
  }

  /// The pairs of another part, each counted with a weight.
  mutating func merge(_ other: PredictionSums, weight: Double) {
    var scaled = other
    scaled.count *= weight
    scaled.predictionSquares *= weight
    scaled.outcomeSquares *= weight
    scaled.products *= weight
    scaled.squaredErrors *= weight
    scaled.absoluteErrors = other.absoluteErrors.map { $0 * weight }
    scaled.classification?.scale(by: weight)
    merge(scaled)
  }

  /// The sums of a predictor over rows of which only the moments of (features…, outcome) are left. Exact, up to rounding of about 1e-15 of the outcome's variance,
  /// which is all there is of a loss smaller than that: with C the centred cross-products, Σ(p − p̄)² = w′C_xx w, Σ(p − p̄)(y − ȳ) = w′C_xy.
  public init(_ predictor: LinearPredictor, over moments: Moments) {
    let features = predictor.weights.count
    precondition(moments.dimension == features + 1, "moments of the features and the outcome")
    count = moments.weight
    meanOutcome = count > 0 ? moments.mean[features] : 0
    meanPrediction = predictor.intercept
    for j in 0..<features { meanPrediction += predictor.weights[j] * moments.mean[j] }
    var pp = 0.0, py = 0.0
    for j in 0..<features {
      var row = 0.0
      for i in 0..<features { row += moments.cross[i, j] * predictor.weights[i] }
      pp += row * predictor.weights[j]
      py += moments.cross[j, features] * predictor.weights[j]
    }
    outcomeSquares = moments.cross[features, features]
    // Predictions that vary by less than 1e-12 of what outcomes do are constant but for rounding.
    predictionSquares = pp > 1e-24 * outcomeSquares ? pp : 0
    products = py
    let bias = meanPrediction - meanOutcome
    squaredErrors = max(0, pp - 2 * py + outcomeSquares) + count * bias * bias
    absoluteErrors = nil
  }
}

extension PredictionSums {
  /// The scenario's loss: the mean log loss of a model that predicts probabilities, the mean squared error of any other.
  public var meanLoss: Double { classification.map { $0.logLoss / count } ?? meanSquaredError }
  /// Mean squared error; of probabilities the Brier score.
  public var meanSquaredError: Double { squaredErrors / count }
  /// Root mean squared error.
  public var rootMeanSquaredError: Double { meanSquaredError.squareRoot() }
  /// Mean absolute error; `nil` from moments.
  public var meanAbsoluteError: Double? { absoluteErrors.map { $0 / count } }
  /// 1 − Σ(p − y)²/Σ(y − ȳ)²; `nil` for a constant outcome.
  public var rSquared: Double? { outcomeSquares > 0 ? 1 - squaredErrors / outcomeSquares : nil }
  /// The slope of the regression of the outcome on the prediction, 1 when calibrated; `nil` for constant predictions.
  public var calibrationSlope: Double? { predictionSquares > 0 ? products / predictionSquares : nil }
}
