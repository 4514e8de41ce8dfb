internal import OrderedCollections
public import SkewlabNumerics

/// A scenario's loop in the population: what a cycle does to first and second moments, instead of to rows.
///
/// Where every part is affine, moments determine moments: the world gives those of (features, outcome), responses map them, a window is their weighted sum, and least squares needs nothing else. The
/// loop has no sampling error; it is what a simulation tends to as rows grow. Steps are the simulation's own: the same pipeline, learner and window are used.
///
/// A table that is drawn with replacement is a population itself; there the features kept are the *encoded* ones, with the pipeline fitted on the whole table, so that the steps may be anything. Everywhere else
/// they are the raw ones, and every step has to be affine.
public struct PopulationLoop: Sendable {
  /// A part of a scenario that keeps it from having a population loop.
  public struct Obstacle: Sendable, Hashable {
    /// The part: a section, with the id of the component where the section has several.
    public let part: String
    /// Why.
    public let reason: String
  }

  /// The scenario.
  public let scenario: Scenario
  /// The replicate: coefficients that are redrawn differ between them.
  public let replicate: Int
  /// For a table: moments of (encoded features…, outcome) over all its rows, and the pipeline fitted on them.
  private let table: (moments: Moments, pipeline: FittedPipeline)?

  /// The loop; `nil` where there are ``obstacles(of:)``.
  public init?(_ scenario: Scenario, replicate: Int = 0) {
    guard Self.obstacles(of: scenario).isEmpty else { return nil }
    self.scenario = scenario
    self.replicate = replicate
    if let rows = scenario.world.component.everyRow {
      let (pipeline, encoded) = scenario.pipeline.fitEncoding(rows.features, weights: Array(repeating: 1, count: rows.count))
      var moments = Moments(features: encoded, outcomes: rows.outcomes, rows: 0..<rows.count)
      moments.scale(by: 1 / moments.weight)
      table = (moments, pipeline)
    } else {
      table = nil
    }
  }

  /// What keeps a scenario from having a population loop; empty when it has one.
  public static func obstacles(of scenario: Scenario) -> [Obstacle] {
    var obstacles: [Obstacle] = []
    func add(_ part: String, _ reason: String) { obstacles.append(Obstacle(part: part, reason: reason)) }
    let world = scenario.world.component, isTable = world.everyRow != nil
    if isTable {
      if !world.drawsEveryRowAlike { add("world", "rows are not drawn from the whole table independently (draw: bootstrap)") }
      if !scenario.shifts.isEmpty { add("shifts", "the loop of a table is that of its rows as they are") }
    } else if !hasLaw(scenario) {
      add("world", "a world of kind '\(type(of: world).kind)' has no moments in closed form here")
    } else if !scenario.isAffinePipeline {
      add("pipeline", "a step is not affine, or moments are not enough to fit it")
    }
    for discrepancy in scenario.discrepancies {
      let source = discrepancy.component as? any SourceDiscrepancy
      let isAffine = !isTable && source?.affineMap(of: world.schema) != nil && discrepancy.component.scope.side == .serving
      if !isAffine { add("discrepancies.\(discrepancy.id)", "what it does is no affine map of a known population, the same for every row") }
    }
    if !scenario.runtime.component.isInstant { add("runtime", "late predictions are replaced, by chance") }
    if !scenario.decision.component.servesScores { add("decision", "what is served is not the score itself") }
    for response in scenario.responses {
      let part = "feedback.\(response.id)", component = response.component.memory?.response ?? response.component
      if response.component.memory != nil, scenario.responses.count > 1 {
        add(part, "it remembers earlier models, beside other responses")
      } else if component.movesMembership, !knowsGroups(scenario) {
        add(part, "it changes who is there, and the law of each group is not known here")
      } else if isTable, component.readsRawWeights, !scenario.pipeline.steps.isEmpty {
        add(part, "it reads weights on the raw features, where the loop of a table is one of encoded features")
      } else if component.affineCases == nil {
        add(part, "its effect on the outcome is not affine")
      } else if component.movesFeatures, isTable || component.affineFeatureForm == nil {
        add(part, "it does not move every row's features by the same linear function of the weights")
      }
    }
    if (1...scenario.cycles).contains(where: { scenario.retraining.component.isScheduled(after: $0) == nil }) {
      add("retraining", "when it fits depends on what was served")
    }
    if !scenario.observation.component.seesEverything { add("observation", "which outcomes are logged depends on the rows") }
    if scenario.learner.component.leastSquares == nil {
      add("learner", "a learner of kind '\(type(of: scenario.learner.component).kind)' does not minimise penalised squared loss")
    }
    return obstacles
  }

  /// Whether the world has a law in every cycle, the same for every replicate.
  private static func hasLaw(_ scenario: Scenario) -> Bool {
    (scenario.shifts.isEmpty ? 0...0 : 0...scenario.cycles).allSatisfy { cycle in
      let laws = (0..<min(2, scenario.replicates)).map { replicate in
        let position = RandomStream.Position(replicate: replicate, cycle: cycle)
        return scenario.world.component.population(replicate: replicate, conditions: scenario.conditions(at: position))
      }
      return laws[0] != nil && laws[0] == laws[laws.count - 1]
    }
  }

  /// What the learner minimises.
  public var objective: LeastSquaresForm {
    guard let form = scenario.learner.component.leastSquares else { preconditionFailure("a loop without obstacles has least squares") }
    return form
  }

  /// The names of the features that the loop keeps.
  public var features: [String] { table == nil ? scenario.world.component.schema.names : scenario.pipeline.output.names }

  // MARK: A cycle on moments

  /// Moments of (features…, outcome) of a cycle's rows with nothing predicted; weight 1.
  public func untouched(in cycle: Int) -> Moments {
    if let table { return table.moments }
    guard let law = scenario.world.component.population(replicate: replicate, conditions: conditions(in: cycle)) else {
      preconditionFailure("a loop without obstacles has a law in every cycle")
    }
    return law.moments
  }

  /// How the serving side reads the features in a cycle; `nil` as they are.
  public func reading(in cycle: Int) -> AffineMap? {
    let schema = scenario.world.component.schema
    var map: AffineMap?
    for discrepancy in scenario.discrepancies.map(\.component) where discrepancy.scope.isActive(on: .serving, cycle: cycle) {
      guard let next = (discrepancy as? any SourceDiscrepancy)?.affineMap(of: schema) else { continue }
      map = map?.followed(by: next) ?? next
    }
    return map
  }

  /// What a model says as it serves in a cycle.
  public func served(_ model: PopulationModel, in cycle: Int) -> LinearPredictor {
    reading(in: cycle).map { model.predictor.composed(after: $0) } ?? model.predictor
  }

  /// Whether least squares on rows of a cycle has exact expectations.
  public func isNormal(in cycle: Int) -> Bool {
    table == nil && !movesMembership
      && scenario.world.component.population(replicate: replicate, conditions: conditions(in: cycle))?.isNormal == true
  }

  func conditions(in cycle: Int) -> WorldConditions {
    scenario.conditions(at: RandomStream.Position(replicate: replicate, cycle: cycle))
  }

  /// The best linear predictor with intercept of untouched rows.
  public func best(in cycle: Int) -> LinearPredictor {
    let moments = untouched(in: cycle)
    guard let fit = try? LinearFit.leastSquares(moments, features: features) else { preconditionFailure("a law has finite moments") }
    return fit.predictor
  }

  /// A model that a response answers: how much of its answer counts, the model, and what it says as it serves.
  private typealias Answered = (share: Double, model: PopulationModel, served: LinearPredictor)

  /// Moments of the rows of a cycle as they respond to the models that served so far, the present one first.
  public func responding(_ untouched: Moments, to models: some Collection<PopulationModel>, in cycle: Int) -> Moments {
    guard let present = models.first else { return untouched }
    let responses = scenario.responses.map { response -> (response: any Response, answered: [Answered]) in
      guard let memory = response.component.memory else { return (response.component, [(1, present, served(present, in: cycle))]) }
      let remembered = models.enumerated().map { age, model in (memory.law.weight(age: age), model, served(model, in: cycle - age)) }
      return (memory.response, remembered.filter { $0.0 > 0 })
    }
    return respond(untouched, responses)
  }

  /// The same where one model has served for good.
  public func responding(_ untouched: Moments, toOnly model: PopulationModel, in cycle: Int) -> Moments {
    let answered: [Answered] = [(1, model, served(model, in: cycle))]
    return respond(untouched, scenario.responses.map { ($0.component.memory?.response ?? $0.component, answered) })
  }

  /// First features move, then outcomes.
  private func respond(_ untouched: Moments, _ responses: [(response: any Response, answered: [Answered])]) -> Moments {
    let moved = responses.reduce(untouched) { moments, one in
      guard let form = one.response.affineFeatureForm else { return moments }
      return one.answered.reduce(moments) { moments, answered in
        moments.mapped(
          .identity(moments.dimension), offset: form.gain.times(answered.model.predictor.weights).map { answered.share * $0 } + [0])
      }
    }
    return responses.reduce(moved) { moments, one in
      guard let cases = one.response.affineCases else { preconditionFailure("a loop without obstacles has affine responses") }
      return Self.mixed(cases.filter { $0.probability > 0 }.map { (map(moments, $0, one.answered), $0.probability) })
    }
  }

  /// y + Σ share·(what the case adds to y).
  private func map(_ moments: Moments, _ one: AffineCase, _ answered: [Answered]) -> Moments {
    let d = features.count, form = one.form
    var matrix = Matrix.identity(d + 1), offset = Array(repeating: 0.0, count: d + 1), sd = 0.0
    for (share, model, served) in answered {
      let w = model.predictor.weights, through = form.weightsThroughFeatures?.times(w)
      for j in 0..<d { matrix[d, j] += share * (form.served * served.weights[j] + (through?[j] ?? 0)) }
      matrix[d, d] += share * (form.outcome - 1)
      offset[d] += share * (form.served * served.intercept + (form.weightsOffset.map { dot($0, w) } ?? 0))
      sd += share * (one.deviation + one.relativeDeviation * model.trainingRMSE)
    }
    let moved = moments.mapped(matrix, offset: offset)
    guard sd > 0 || form.isOfProbability else { return moved }
    var cross = moved.cross
    cross[d, d] += moved.weight * sd * sd
    // An outcome of 0 or 1 has the variance of a toss with its mean.
    if form.isOfProbability { cross[d, d] = moved.weight * moved.mean[d] * (1 - moved.mean[d]) }
    return Moments(weight: moved.weight, mean: moved.mean, cross: cross, count: moved.count)
  }

  /// The moments of rows of which these shares have these moments.
  private static func mixed(_ parts: [(Moments, Double)]) -> Moments {
    if parts.count == 1 { return parts[0].0 }
    var sum = Moments(dimension: parts[0].0.dimension)
    for (moments, share) in parts {
      var part = moments
      part.scale(by: share)
      sum.merge(part)
    }
    return sum
  }

  /// Whether features move with the model.
  public var movesFeatures: Bool { scenario.responses.contains { $0.component.movesFeatures } }

  /// The model that follows one that has served the whole window, its originals excepted; `nil` where moments are not finite.
  public func retrained(_ model: PopulationModel, in cycle: Int) -> PopulationModel? {
    let untouched = untouched(in: cycle)
    var window = responding(untouched, toOnly: model, in: cycle)
    if let share = scenario.retraining.component.window.originals {
      window.scale(by: 1 - share)
      var kept = untouched
      kept.scale(by: share)
      window.merge(kept)
    }
    return fit(window, after: cycle)
  }

  /// The model that a fit on a window with these moments gives; `nil` where they are not finite.
  public func fit(_ window: Moments, after cycle: Int) -> PopulationModel? {
    let pipeline: FittedPipeline, map: AffineMap?, encoded: Moments
    if let table {
      (pipeline, map, encoded) = (table.pipeline, nil, window)
    } else {
      guard window.mean.allSatisfy(\.isFinite), window.cross.isFinite, let fitted = scenario.pipeline.fit(window),
        let affine = fitted.affineMap
      else { return nil }
      (pipeline, map) = (fitted, affine)
      encoded = scenario.pipeline.steps.isEmpty ? window : window.mapping(leading: affine)
    }
    guard let fit = try? scenario.learner.component.fit(TrainingData(moments: encoded, features: scenario.pipeline.output.names)),
      fit.predictor.isFinite
    else { return nil }
    let predictor = map.map { fit.predictor.composed(after: $0) } ?? fit.predictor
    return PopulationModel(
      fittedIn: cycle, predictor: predictor, encoded: fit.predictor, pipeline: pipeline, own: PredictionSums(predictor, over: window),
      isRaw: table == nil)
  }
}

/// A model of a population loop.
public struct PopulationModel: Sendable {
  /// The cycle at whose end it was fitted.
  public let fittedIn: Int
  /// The predictor on the features that the loop keeps.
  public var predictor: LinearPredictor
  /// The predictor on encoded features, as the learner gave it.
  public let encoded: LinearPredictor
  /// The pipeline that encodes them.
  let pipeline: FittedPipeline
  /// The model on the window it was fitted on.
  public internal(set) var own: PredictionSums
  /// Whether the features kept are raw.
  let isRaw: Bool
  /// The model on each group of the window; none where groups are not told apart.
  var ownByGroup: [PredictionSums] = []

  /// Root of the mean squared residual on the window.
  public var trainingRMSE: Double { own.rootMeanSquaredError }

  /// The model as metrics see it.
  var deployed: DeployedModel {
    DeployedModel(
      fittedIn: fittedIn, predictor: encoded, trainingSide: SidePipelines(pipeline), rawPredictor: isRaw ? predictor : nil,
      trainingRMSE: trainingRMSE,
      meanLabel: own.meanOutcome, deficientRank: nil, certificate: nil, rowsFitted: 0, offline: own, offlineInUnits: nil,
      offlineByGroup: ownByGroup, servingPipelines: [[]: pipeline])
  }
}
