internal import SkewlabNumerics

/// A table whose rows are drawn with replacement, as a population: its rows encoded by the training side, and by the serving side of every cycle.
struct TablePopulation: Sendable {
  /// Moments of (encoded features…, outcome) over all rows; weight 1.
  let moments: Moments
  /// The training side, fitted on them.
  let pipeline: FittedPipeline
  /// Moments of (encoded features…, features as the serving side encodes them…, outcome), by the discrepancies that act on it.
  private let served: [[Int]: Moments]

  init(_ rows: Rows, of scenario: Scenario) {
    let ones = Array(repeating: 1.0, count: rows.count)
    let (pipeline, encoded) = scenario.pipeline.fitEncoding(rows.features, weights: ones)
    func moments(_ features: Matrix) -> Moments {
      var moments = Moments(features: features, outcomes: rows.outcomes, rows: 0..<rows.count)
      moments.scale(by: 1 / moments.weight)
      return moments
    }
    self.pipeline = pipeline
    self.moments = moments(encoded)
    var served: [[Int]: Moments] = [:]
    for cycle in 1...scenario.cycles {
      let acting = scenario.active(on: .serving, cycle: cycle)
      guard !acting.isEmpty, served[acting] == nil else { continue }
      var read = rows
      for index in acting { (scenario.discrepancies[index].component as? any SourceDiscrepancy)?.alter(&read) }
      let active = scenario.activeSteps(on: .serving, cycle: cycle)
      served[acting] = .mixed(
        zip(active.sets, scenario.shares(of: active)).map { set, share in
          let side = scenario.sidePipelines[set].map { scenario.fit($0, with: set, on: rows.features, beside: pipeline) } ?? pipeline
          var buffers = side.makeBuffers(capacity: rows.count)
          let other = side.encode(read.features, rows: rows.count, buffers: &buffers)
          let both = Matrix(rows: rows.count, columns: encoded.columns + other.columns, elements: encoded.elements + other.elements)
          return (moments(both), share)
        })
    }
    self.served = served
  }

  /// Rows as the serving side meets them in a cycle.
  func served(in cycle: Int, of scenario: Scenario) -> Moments { served[scenario.active(on: .serving, cycle: cycle)] ?? moments }
}

extension Scenario {
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
  func fit(_ recipe: Pipeline, with set: [Int], on features: Matrix, beside pipeline: FittedPipeline) -> FittedPipeline {
    recipe.fit(features, weights: Array(repeating: 1, count: features.rows), known: shipped(recipe, set, pipeline)).0
  }

  /// The same on moments; `nil` where a step needs rows.
  func fit(_ recipe: Pipeline, with set: [Int], on moments: Moments, beside pipeline: FittedPipeline) -> FittedPipeline? {
    recipe.fit(moments, known: shipped(recipe, set, pipeline))
  }
}
