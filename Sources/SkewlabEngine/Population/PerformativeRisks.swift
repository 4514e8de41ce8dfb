internal import SkewlabNumerics

/// PR(w) = E(y′ − ŷ)² + λ‖θ‖² of models of a loop, in the population of one cycle as it responds to each of them, and the least of any.
///
/// The least is given where it is known to be one: where features stay, PR is a quadratic function of the model, whose minimum solves a linear system; where nothing but features moves, by the same step for every row, and the
/// model has a free intercept, the intercept absorbs the step whatever the weights are (THEORY: F5), and the least is that of the fit on untouched rows.
struct PerformativeRisks {
  private enum Form {
    /// As matrices, where features stay.
    case quadratic(AffineLoop)
    /// On moments of untouched rows, where features move with the model.
    case moving(PopulationLoop, cycle: Int)
  }

  /// Whether they are told beside a run: every model of a table encodes all of its rows, which may be many more than a cycle has.
  static func areCheap(_ scenario: Scenario) -> Bool {
    let columns = Double(scenario.pipeline.output.count + 1)
    return Double(scenario.world.component.everyRow?.count ?? 0) * columns * columns <= 2e7
  }

  /// The least PR; `nil` where there is none, or it is not known.
  let least: Double?
  private let form: Form

  /// The risks; `nil` where they are no function of the model alone: responses add noise that follows the model's own error, or groups stay or leave; or where the serving side encodes by steps of its own.
  ///
  /// - Parameters:
  ///   - loop: Whose models are asked about.
  ///   - cycle: Under whose conditions.
  ///   - moments: For a table: of all its rows, as the models asked about encode them.
  init?(_ loop: PopulationLoop, cycle: Int, encoded moments: Moments? = nil) {
    guard !loop.movesMembership, !loop.runsOtherSteps(in: cycle), !(loop.isTable && loop.deviates(.serving, in: cycle)) else { return nil }
    guard let matrices = AffineLoop(loop, cycle: cycle, encoded: moments), !matrices.hasNoise else { return nil }
    guard loop.movesFeatures else {
      form = .quadratic(matrices)
      least = matrices.optimum.map(matrices.risk)
      return
    }
    form = .moving(loop, cycle: cycle)
    let untouched = loop.untouched(in: cycle)
    let isAbsorbed = matrices.hasIntercept && loop.respondsInFeaturesOnly && !loop.deviates(in: cycle)
    let fit = isAbsorbed ? matrices.untouchedFit : nil
    least = fit.map { u in
      let theta = u.dropFirst().map { $0 }
      return PredictionSums(matrices.predictor(u), over: untouched).meanSquaredError + matrices.penalty * dot(theta, theta)
    }
  }

  /// The risk of a model; `nil` where features move and it is not known on the raw ones.
  func risk(_ model: DeployedModel) -> Double? {
    let squares = dot(model.predictor.weights, model.predictor.weights)
    switch form {
    case .quadratic(let matrices):
      return (matrices.isRaw ? model.rawPredictor : model.predictor).map { matrices.risk($0, squaredNorm: squares) }
    case .moving(let loop, let cycle):
      guard let predictor = model.rawPredictor else { return nil }
      let asked = PopulationModel(
        fittedIn: model.fittedIn, predictor: predictor, encoded: model.predictor, pipeline: model.trainingPipeline, servingMaps: [:],
        own: PredictionSums(predictor, over: loop.untouched(in: cycle)), isRaw: true)
      return loop.servedLoss(ofOnly: asked, in: cycle) + loop.objective.penalty * squares
    }
  }
}

extension PopulationLoop {
  /// Whether responses move nothing but features, and those of every row alike.
  package var respondsInFeaturesOnly: Bool {
    scenario.responses.map { $0.component.memory?.response ?? $0.component }.allSatisfy {
      $0.affineFeatureForm != nil && $0.affineForm == AffineResponse()
    }
  }

  /// For a finite population: moments of (encoded features…, outcome) over all its rows in a cycle, as a model encodes them, weight 1; `nil` elsewhere.
  func moments(encodedBy pipeline: FittedPipeline, in cycle: Int) -> Moments? {
    guard isTable, let population = scenario.finitePopulation(replicate: replicate, cycle: cycle) else { return nil }
    var buffers = pipeline.makeBuffers(capacity: population.rows.capacity)
    return population.moments(pipeline.encode(population.rows.features, rows: population.rows.count, buffers: &buffers))
  }
}
