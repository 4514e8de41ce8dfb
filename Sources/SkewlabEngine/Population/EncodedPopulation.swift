internal import SkewlabNumerics

/// A finite population in the cycles of a scenario: its rows encoded by the training side, and by the serving side of each cycle. Outcomes may change from cycle to cycle, features may not.
struct EncodedPopulation: Sendable {
  /// The training side, fitted on all rows.
  let pipeline: FittedPipeline
  /// What is known of a cycle.
  private struct Cycle: Sendable {
    /// Moments of (encoded features…, outcome); weight 1.
    let moments: Moments
    /// Moments of (encoded features…, features as the serving side encodes them…, outcome); `nil` where they are the same.
    let served: Moments?
    /// What the best predictions make of the rows, where the world draws them itself; `nil` where they are the best line's.
    let truth: PredictionSums?
  }
  /// What is known, and of which of it each cycle has.
  private let kinds: [Cycle], places: [Int]

  /// The population of a scenario; `nil` where its world has none, or not in every cycle, or its features change.
  init?(_ scenario: Scenario, replicate: Int) {
    guard let first = scenario.finitePopulation(replicate: replicate, cycle: 0) else { return nil }
    let (pipeline, encoded) = scenario.pipeline.fitEncoding(first.rows.features, weights: first.weights)
    self.pipeline = pipeline
    struct Key: Hashable { let conditions: WorldConditions, acting: [Int] }
    var known: [Key: Int] = [:], others: [[Int]: [(share: Double, encoded: Matrix)]] = [:]
    var kinds: [Cycle] = [], places: [Int] = []
    for cycle in 0...scenario.cycles {
      let conditions = scenario.conditions(at: RandomStream.Position(replicate: replicate, cycle: cycle))
      let key = Key(conditions: conditions, acting: cycle == 0 ? [] : scenario.active(on: .serving, cycle: cycle))
      if let place = known[key], scenario.world.component.hasSteadyFrequencies {
        places.append(place)
        continue
      }
      guard let population = scenario.finitePopulation(replicate: replicate, cycle: cycle), population.hasFeatures(of: first) else {
        return nil
      }
      if !key.acting.isEmpty, others[key.acting] == nil {
        others[key.acting] = scenario.served(first, key.acting, in: cycle, beside: pipeline)
      }
      let served = others[key.acting].map { sides in
        Moments.mixed(
          sides.map { share, other in
            let both = Matrix(rows: encoded.rows, columns: encoded.columns + other.columns, elements: encoded.elements + other.elements)
            return (population.moments(both), share)
          })
      }
      known[key] = kinds.count
      places.append(kinds.count)
      kinds.append(
        Cycle(
          moments: population.moments(encoded), served: served,
          truth: scenario.world.component.drawsBestPredictions ? population.sumsOfTruth() : nil))
    }
    self.kinds = kinds
    self.places = places
  }

  /// Moments of (encoded features…, outcome) of a cycle's rows; weight 1.
  func moments(in cycle: Int) -> Moments { kinds[places[cycle]].moments }

  /// What the best predictions make of a cycle's rows, where the world draws them itself and no line through encoded features is as good; `nil` elsewhere.
  func truth(in cycle: Int, best line: PredictionSums) -> PredictionSums? {
    guard let truth = kinds[places[cycle]].truth, line.meanSquaredError - truth.meanSquaredError > 1e-9 * line.meanSquaredError else {
      return nil
    }
    return truth
  }

  /// Rows as the serving side meets them in a cycle.
  func served(in cycle: Int) -> Moments { kinds[places[cycle]].served ?? kinds[places[cycle]].moments }
}

extension Scenario {
  /// The finite population of a cycle's rows; `nil` where the world has none.
  func finitePopulation(replicate: Int, cycle: Int) -> FinitePopulation? {
    let position = RandomStream.Position(replicate: replicate, cycle: cycle)
    return world.component.finitePopulation(at: position, conditions: conditions(at: position))
  }

  /// Rows as serving sides encode them on which these discrepancies act, and the share of rows that each of those sides has.
  fileprivate func served(
    _ population: FinitePopulation, _ acting: [Int], in cycle: Int, beside pipeline: FittedPipeline
  ) -> [(share: Double, encoded: Matrix)] {
    let rows = population.rows
    var read = rows
    for index in acting { (discrepancies[index].component as? any SourceDiscrepancy)?.alter(&read) }
    let active = activeSteps(on: .serving, cycle: cycle)
    return zip(active.sets, shares(of: active)).map { set, share in
      let side = sidePipelines[set].map { fit($0, with: set, on: population, beside: pipeline) } ?? pipeline
      var buffers = side.makeBuffers(capacity: rows.count)
      return (share, side.encode(read.features, rows: rows.count, buffers: &buffers))
    }
  }

  /// The share of rows that meets each set of step discrepancies, in the order of ``ActiveSteps/sets``: each partial one chooses rows by numbers of its own.
  func shares(of active: ActiveSteps) -> [Double] {
    active.sets.indices.map { place in
      active.partial.enumerated().reduce(1) { product, one in
        let share = discrepancies[one.element].component.scope.share
        return product * (place >> one.offset & 1 == 1 ? share : 1 - share)
      }
    }
  }

  /// The states that go with the model into a serving side with these discrepancies.
  private func shipped(_ recipe: Pipeline, _ set: [Int], _ pipeline: FittedPipeline) -> [Int: any FittedTransform] {
    var known: [Int: any FittedTransform] = [:]
    guard !fitsOwnState(set) else { return known }
    for (index, step) in recipe.origins.enumerated() {
      known[index] = shippedState(of: step, input: recipe.schemas[index], (active: [], fitted: pipeline))
    }
    return known
  }

  /// A serving side with these discrepancies, fitted on rows beside the scenario's own pipeline.
  func fit(_ recipe: Pipeline, with set: [Int], on population: FinitePopulation, beside pipeline: FittedPipeline) -> FittedPipeline {
    recipe.fit(population.rows.features, weights: population.weights, known: shipped(recipe, set, pipeline)).0
  }

  /// The same on moments; `nil` where a step needs rows.
  func fit(_ recipe: Pipeline, with set: [Int], on moments: Moments, beside pipeline: FittedPipeline) -> FittedPipeline? {
    recipe.fit(moments, known: shipped(recipe, set, pipeline))
  }
}
