internal import SkewlabNumerics
internal import Synchronization

/// The scores of the best predictor, its predictions unless these are probabilities, for the rows of a finite population: least squares, or for a learner of probabilities logistic regression without penalty, on all of it as the conditions of a cycle have it, the pipeline fitted on it too.
///
/// Cycles with the same conditions, of whatever run, share what was computed; what is kept is bounded, and never changes a value.
final class BestByIdentity: Sendable {
  private let pipeline: Pipeline
  private let population: Rows
  private let world: any World
  private let link: Link
  /// Whether the fit to the world as described has no finite solution: some score separates its outcomes.
  let isUnbounded: Bool
  private let known: Guarded<[WorldConditions: [Double]]>
  /// So many numbers are kept at most by all of them together, beside those for the worlds as
  /// described. What does not fit is computed again.
  private static let capacity = 8_000_000
  private static let kept = Atomic<Int>(0)

  /// `nil` for a world without a finite population, or one on which nothing can be fitted.
  init?(_ pipeline: Pipeline, world: any World, link: Link) {
    guard let population = world.everyRow else { return nil }
    self.pipeline = pipeline
    self.population = population
    self.world = world
    self.link = link
    let described = WorldConditions(features: world.schema.count)
    guard let fit = Self.fit(pipeline, population, world.population(under: described), link) else { return nil }
    isUnbounded = fit.isUnbounded
    known = Guarded([described: fit.scores])
  }

  /// A score for each row; NaN for rows that are never drawn, and for all where nothing can be fitted.
  func scores(under conditions: WorldConditions) -> [Double] {
    var conditions = conditions
    // Noise moves no mean outcome, and the best predictor reads complete rows.
    conditions.noiseScale = 1
    conditions.missingRates = conditions.missingRates.map { _ in 0 }
    if let scores = known.withLock({ $0[conditions] }) { return scores }
    let scores =
      Self.fit(pipeline, population, world.population(under: conditions), link)?.scores
      ?? Array(repeating: .nan, count: population.count)
    let described = WorldConditions(features: population.schema.count)
    known.withLock { known in
      if Self.kept.load(ordering: .relaxed) + population.count > Self.capacity { Self.forget(&known, but: described) }
      guard known[conditions] == nil, Self.kept.load(ordering: .relaxed) + population.count <= Self.capacity else { return }
      known[conditions] = scores
      Self.kept.add(population.count, ordering: .relaxed)
    }
    return scores
  }

  private static func forget(_ known: inout [WorldConditions: [Double]], but described: WorldConditions) {
    let rest = known.filter { $0.key == described }
    kept.subtract(known.lazy.filter { $0.key != described }.reduce(0) { $0 + $1.value.count }, ordering: .relaxed)
    known = rest
  }

  deinit {
    let described = WorldConditions(features: population.schema.count)
    known.withLock { Self.forget(&$0, but: described) }
  }

  private typealias Fit = (scores: [Double], isUnbounded: Bool)

  private static func fit(_ pipeline: Pipeline, _ population: Rows, _ state: PopulationState, _ link: Link) -> Fit? {
    let outcomes = state.outcomes ?? population.outcomes
    guard let all = state.weights else {
      return fit(pipeline, population.features, outcomes, weights: nil, link)
    }
    let drawn = all.indices.filter { all[$0] > 0 }
    var features = Matrix(rows: drawn.count, columns: population.features.columns)
    for j in 0..<features.columns { for (k, i) in drawn.enumerated() { features[k, j] = population.features[i, j] } }
    guard let fit = fit(pipeline, features, drawn.map { outcomes[$0] }, weights: drawn.map { all[$0] }, link) else { return nil }
    var byIdentity = Array(repeating: Double.nan, count: population.count)
    for (k, i) in drawn.enumerated() { byIdentity[i] = fit.scores[k] }
    return (byIdentity, fit.isUnbounded)
  }

  private static func fit(_ pipeline: Pipeline, _ features: Matrix, _ outcomes: [Double], weights: [Double]?, _ link: Link) -> Fit? {
    let count = outcomes.count, names = pipeline.output.names
    let (_, encoded) = pipeline.fitEncoding(features, weights: weights ?? Array(repeating: 1, count: count))
    let moments = Moments(features: encoded, outcomes: outcomes, rows: 0..<count, weights: weights)
    let fit: LinearFit
    do {
      if link == .identity {
        fit = try .leastSquares(moments, features: names)
      } else {
        fit = try .logistic(
          TrainingData(
            moments: moments, rows: encoded.appending(column: outcomes), weights: weights ?? Array(repeating: 1, count: count),
            features: names))
      }
    } catch { return nil }
    var scores = Array(repeating: 0.0, count: count)
    var span = scores.mutableSpan
    fit.predictor.score(encoded, rows: count, into: &span)
    return (scores, fit.certificate?.converged == false)
  }
}
