internal import SkewlabNumerics
internal import Synchronization

/// The predictions of the best predictor for the rows of a finite population: least squares on all of it as the conditions of a cycle have it, the pipeline fitted on it too.
///
/// Cycles with the same conditions, of whatever run, share what was computed; what is kept is bounded, and never changes a value.
final class BestByIdentity: Sendable {
  private let pipeline: Pipeline
  private let population: Rows
  private let world: any World
  private let known: Mutex<[WorldConditions: [Double]]>
  /// So many numbers are kept at most, beside those for the world as described.
  private static let capacity = 8_000_000

  /// `nil` for a world without a finite population, or one on which nothing can be fitted.
  init?(_ pipeline: Pipeline, world: any World) {
    guard let population = world.everyRow else { return nil }
    self.pipeline = pipeline
    self.population = population
    self.world = world
    let described = WorldConditions(features: world.schema.count)
    guard let predictions = Self.fit(pipeline, population, world.population(under: described)) else { return nil }
    known = Mutex([described: predictions])
  }

  /// A prediction for each row; NaN for rows that are never drawn, and for all where nothing can be fitted.
  func predictions(under conditions: WorldConditions) -> [Double] {
    var conditions = conditions
    // Noise moves no mean outcome, and the best predictor reads complete rows.
    conditions.noiseScale = 1
    conditions.missingRates = conditions.missingRates.map { _ in 0 }
    if let predictions = known.withLock({ $0[conditions] }) { return predictions }
    let predictions =
      Self.fit(pipeline, population, world.population(under: conditions)) ?? Array(repeating: .nan, count: population.count)
    let described = WorldConditions(features: population.schema.count)
    known.withLock { known in
      if (known.count + 1) * population.count > Self.capacity { known = known.filter { $0.key == described } }
      known[conditions] = predictions
    }
    return predictions
  }

  private static func fit(_ pipeline: Pipeline, _ population: Rows, _ state: PopulationState) -> [Double]? {
    let outcomes = state.outcomes ?? population.outcomes
    guard let all = state.weights else {
      return fit(pipeline, population.features, outcomes, weights: nil)
    }
    let drawn = all.indices.filter { all[$0] > 0 }
    var features = Matrix(rows: drawn.count, columns: population.features.columns)
    for j in 0..<features.columns { for (k, i) in drawn.enumerated() { features[k, j] = population.features[i, j] } }
    guard let predictions = fit(pipeline, features, drawn.map { outcomes[$0] }, weights: drawn.map { all[$0] }) else { return nil }
    var byIdentity = Array(repeating: Double.nan, count: population.count)
    for (k, i) in drawn.enumerated() { byIdentity[i] = predictions[k] }
    return byIdentity
  }

  private static func fit(_ pipeline: Pipeline, _ features: Matrix, _ outcomes: [Double], weights: [Double]?) -> [Double]? {
    let count = outcomes.count
    let (_, encoded) = pipeline.fitEncoding(features, weights: weights ?? Array(repeating: 1, count: count))
    let moments = Moments(features: encoded, outcomes: outcomes, rows: 0..<count, weights: weights)
    guard let fit = try? LinearFit.leastSquares(moments, features: pipeline.output.names) else { return nil }
    var predictions = Array(repeating: 0.0, count: count)
    var span = predictions.mutableSpan
    fit.predictor.predict(encoded, rows: count, into: &span)
    return predictions
  }
}
