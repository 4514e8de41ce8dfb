internal import SkewlabNumerics

/// A population of finitely many rows, from which a cycle's rows are drawn independently: the rows of a table, or one for each combination of what features can be.
public struct FinitePopulation: Sendable {
  /// The rows, with each one's mean outcome.
  public var rows: Rows
  /// How often each is drawn: of 10⁹ rows in all.
  public let weights: [Double]
  /// The variance of outcomes about their means.
  public var noiseVariance: Double

  /// The sum of the weights: a step that counts rows meets many, and not those of the table.
  static let count = 1e9

  /// A population.
  ///
  /// - Parameters:
  ///   - rows: The rows, with each one's mean outcome.
  ///   - weights: One for each row, not negative, not all 0.
  ///   - noiseVariance: The variance of outcomes about their means.
  public init(_ rows: Rows, weights: [Double], noiseVariance: Double = 0) {
    precondition(rows.count == weights.count, "a weight for each row")
    self.rows = rows
    let total = weights.reduce(0, +)
    self.weights = weights.map { $0 / total * Self.count }
    self.noiseVariance = noiseVariance
  }

  /// Moments of (features…, outcome) for features of the rows that are encoded somehow; weight 1.
  func moments(_ encoded: Matrix) -> Moments {
    var moments = Moments(features: encoded, outcomes: rows.outcomes, rows: 0..<rows.count, weights: weights)
    moments.scale(by: 1 / moments.weight)
    return noiseVariance == 0 ? moments : moments.adding(variances: [(moments.dimension - 1, noiseVariance)])
  }

  /// What predictions of each row's mean outcome make of them: nothing can do better.
  func sumsOfTruth() -> PredictionSums {
    let means = Matrix(rows: rows.count, columns: 1, elements: Array(rows.outcomes.prefix(rows.count)))
    return PredictionSums(LinearPredictor(intercept: 0, weights: [1]), over: moments(means))
  }

  /// Whether another has the same rows, as often: then steps learn the same of both.
  func hasFeatures(of other: FinitePopulation) -> Bool { weights == other.weights && rows.features == other.rows.features }
}
