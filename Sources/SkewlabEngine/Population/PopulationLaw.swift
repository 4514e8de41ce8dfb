public import SkewlabNumerics

/// What is known of a cycle's rows before anything responds to a prediction: their first and second moments.
public struct PopulationLaw: Sendable, Hashable {
  /// Moments of (features…, outcome), weight 1.
  public var moments: Moments
  /// Whether rows are independent, features jointly normal, and the outcome linear in them plus independent normal noise of one variance: least squares on n such rows
  /// has exact expectations.
  public var isNormal: Bool
  /// Whether every cycle of a replicate has the features of the same rows again, with outcomes linear in them plus independent noise of one variance.
  public var hasSameRows = false
  /// For outcomes that are tossed: how far every row's probability can be moved either way and stay between 0 and 1, and the largest magnitude of each feature; `nil` where there is no such room.
  public var probabilities: Probabilities?

  /// Room for probabilities.
  public struct Probabilities: Sendable, Hashable {
    /// How far every row's probability can be moved.
    public var room: Double
    /// The largest magnitude of each feature.
    public var reach: [Double]

    /// The room.
    public init(room: Double, reach: [Double]) {
      self.room = room
      self.reach = reach
    }
  }

  /// A law.
  public init(moments: Moments, isNormal: Bool) {
    self.moments = moments
    self.isNormal = isNormal
  }

  /// The law of features with this mean and covariance and an outcome with these covariances, mean and variance.
  public init(
    mean: [Double], covariance: Matrix, outcomeCovariances: [Double], outcomeMean: Double, outcomeVariance: Double, isNormal: Bool = false
  ) {
    let d = mean.count
    var cross = Matrix(rows: d + 1, columns: d + 1)
    for j in 0..<d {
      for i in 0..<d { cross[i, j] = covariance[i, j] }
      cross[j, d] = outcomeCovariances[j]
      cross[d, j] = outcomeCovariances[j]
    }
    cross[d, d] = outcomeVariance
    self.init(moments: Moments(weight: 1, mean: mean + [outcomeMean], cross: cross, count: 1), isNormal: isNormal)
  }

  /// The law of features with this mean and covariance, and of the outcome that a predictor gives, plus noise of this variance and mean 0.
  public init(mean: [Double], covariance: Matrix, truth: LinearPredictor, noiseVariance: Double, isNormal: Bool) {
    let covariances = covariance.times(truth.weights)
    self.init(
      mean: mean, covariance: covariance, outcomeCovariances: covariances, outcomeMean: truth.intercept + dot(truth.weights, mean),
      outcomeVariance: dot(truth.weights, covariances) + noiseVariance, isNormal: isNormal)
  }
}
