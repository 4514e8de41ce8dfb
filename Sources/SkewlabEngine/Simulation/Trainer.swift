internal import SkewlabNumerics

/// Step 7 of a cycle: refits the pipeline on the learner's window, recomputes training features from the logged raw rows, fits, and
/// computes what the model's own test says.
struct Trainer {
  let scenario: Scenario
  /// The scenario's own pipeline as it was fitted in earlier cycles, oldest first, where a discrepancy asks for it.
  var history: [(cycle: Int, pipeline: FittedPipeline)] = []
  /// The model that serves now, for learners that begin there.
  var start: LinearPredictor?

  /// The model fitted at the end of a cycle.
  func fit(_ log: Log, cycle: Int) throws(FitError) -> DeployedModel {
    try log.keepsRows ? fitRows(log, cycle: cycle) : fitMoments(log, cycle: cycle)
  }

  private var columns: Int { scenario.world.component.schema.count }
  private var featureNames: [String] { scenario.pipeline.output.names }

  private func learner(cycle: Int) -> any Learner {
    var learner = scenario.learner.component
    for discrepancy in scenario.discrepancies {
      guard let altering = discrepancy.component as? any LearnerDiscrepancy, altering.scope.isActive(on: .training, cycle: cycle) else {
        continue
      }
      learner = altering.alter(learner)
    }
    return learner
  }

  private func fitMoments(_ log: Log, cycle: Int) throws(FitError) -> DeployedModel {
    let window = log.windowMoments(cycle: cycle, dimension: columns + 1)
    let raw = window.fitted, evaluation = window.evaluation
    guard raw.weight > 0 else { throw .noRows }
    for j in 0..<columns where !raw.mean[j].isFinite || !raw.cross[j, j].isFinite {
      throw .notFinite(feature: scenario.world.component.schema.columns[j].name)
    }
    guard let pipeline = scenario.pipeline.fit(raw), let map = pipeline.affineMap else {
      preconditionFailure("the log keeps moments only where the pipeline can be fitted from them")
    }
    let encoded = pipeline.steps.isEmpty ? raw : raw.mapping(leading: map)
    let fit = try learner(cycle: cycle).fit(TrainingData(moments: encoded, features: featureNames, start: start))
    let rawPredictor = fit.predictor.composed(after: map)
    let own = PredictionSums(rawPredictor, over: raw)
    return DeployedModel(
      fittedIn: cycle, predictor: fit.predictor, trainingSide: SidePipelines(pipeline), rawPredictor: rawPredictor,
      trainingRMSE: own.rootMeanSquaredError, meanLabel: own.meanOutcome, deficientRank: fit.deficientRank, certificate: fit.certificate,
      rowsFitted: raw.count,
      offline: evaluation.weight > 0 ? PredictionSums(rawPredictor, over: evaluation) : nil, offlineInUnits: nil, offlineByGroup: [],
      servingPipelines: [[]: pipeline])
  }

  private func fitRows(_ log: Log, cycle: Int) throws(FitError) -> DeployedModel {
    Work.moments.begin()
    let window = WindowRows(log, cycle: cycle, columns: columns, scenario: scenario)
    let rows = window.fitted
    guard !rows.outcomes.isEmpty else { throw .noRows }
    Work.pipeline.begin()
    let trained = scenario.activeSteps(on: .training, cycle: cycle)
    let (side, encoded) = fitTrainingSide(rows, trained, cycle: cycle)
    let pipeline = side.pipelines[0]
    for j in 0..<encoded.columns {
      let isFinite = encoded.withColumn(j) { column in column.indices.allSatisfy { column[$0].isFinite } }
      if !isFinite { throw .notFinite(feature: featureNames[j]) }
    }
    let count = rows.outcomes.count
    let weights = rows.weights.allSatisfy { $0 == 1 } ? nil : rows.weights
    Work.moments.begin()
    let moments = Moments(features: encoded, outcomes: rows.outcomes, rows: 0..<count, weights: weights)
    Work.fit.begin()
    let learner = learner(cycle: cycle)
    let fit = try learner.fit(
      TrainingData(
        moments: moments, rows: learner.needsRows ? encoded.appending(column: rows.outcomes) : nil, weights: rows.weights,
        features: featureNames, start: start))
    let residuals =
      fit.predictor.link == .identity
      ? PredictionSums(fit.predictor, over: moments)
      : sums(of: fit.predictor, on: encoded, outcomes: rows.outcomes, weights: rows.weights).sums
    let map = pipeline.affineMap
    let (offline, inUnits) = offlineSums(window.evaluation, side: side, predictor: fit.predictor)
    let byGroup =
      window.evaluation.groups.isEmpty
      ? []
      : scenario.traits.groups.indices.map {
        offlineSums(window.evaluation.only(group: $0), side: side, predictor: fit.predictor).0 ?? PredictionSums()
      }
    let shipped = (active: trained.sets[0], fitted: pipeline)
    var serving: [[Int]: FittedPipeline] = [
      []: shipped.active.isEmpty ? pipeline : fitPipeline(rows, [], cycle: cycle, shipped: shipped).fitted
    ]
    for active in scenario.stepSets(on: .serving, after: cycle) {
      serving[active] = fitPipeline(rows, active, cycle: cycle, shipped: shipped).fitted
    }
    return DeployedModel(
      fittedIn: cycle, predictor: fit.predictor, trainingSide: side, rawPredictor: map.map { fit.predictor.composed(after: $0) },
      trainingRMSE: residuals.rootMeanSquaredError, meanLabel: residuals.meanOutcome, deficientRank: fit.deficientRank,
      certificate: fit.certificate, rowsFitted: count,
      offline: offline, offlineInUnits: inUnits, offlineByGroup: byGroup, servingPipelines: serving)
  }

  private func encode(_ part: WindowRows.Part, through side: SidePipelines) -> Matrix {
    let before = Work.pipeline.begin()
    defer { before.begin() }
    return blended(part, side) { place in
      var buffers = side.pipelines[place].makeBuffers(capacity: part.features.rows)
      return side.pipelines[place].encode(part.features, rows: part.features.rows, buffers: &buffers)
    }
  }

  /// The encoded rows, each as the pipeline gives it that it goes through.
  private func blended(_ part: WindowRows.Part, _ side: SidePipelines, _ encoded: (Int) -> Matrix) -> Matrix {
    var blend = encoded(0)
    guard side.pipelines.count > 1 else { return blend }
    let places = part.origins.map { side.place(ofRow: $0.row, at: $0.position) }
    for place in 1..<side.pipelines.count where places.contains(place) {
      let other = encoded(place)
      for j in 0..<blend.columns {
        for i in places.indices where places[i] == place { blend[i, j] = other[i, j] }
      }
    }
    return blend
  }

  /// The model on the evaluation rows; `nil` without any, and where some row has no prediction, as with a gap that a logarithm made. Each age has its weight, so that the window of the test is the window of the fit.
  private func offlineSums(_ part: WindowRows.Part, side: SidePipelines, predictor: LinearPredictor) -> (
    PredictionSums?, PredictionSums?
  ) {
    guard !part.outcomes.isEmpty else { return (nil, nil) }
    let encoded = encode(part, through: side)
    // Weights are finite: what is not finite is a feature.
    guard encoded.elements.allSatisfy(\.isFinite) else { return (nil, nil) }
    return sums(of: predictor, on: encoded, outcomes: part.outcomes, weights: part.weights)
  }

  /// What a predictor makes of encoded rows, each counted with its weight; the second in the outcome's own units, where it was logged.
  private func sums(
    of predictor: LinearPredictor, on encoded: Matrix, outcomes: [Double], weights: [Double]
  ) -> (sums: PredictionSums, inUnits: PredictionSums?) {
    var predictions = Array(repeating: 0.0, count: outcomes.count)
    var span = predictions.mutableSpan
    predictor.score(encoded, rows: outcomes.count, into: &span)
    var scores: [Double] = []
    predictor.link.apply(to: &span, keeping: &scores)
    let isLogged = scenario.traits.hasUnits
    var sums = PredictionSums(for: scenario.traits), inUnits = PredictionSums()
    var start = 0
    while start < predictions.count {
      let weight = weights[start]
      let end = weights[start...].firstIndex { $0 != weight } ?? predictions.count
      var run = PredictionSums(for: scenario.traits), runInUnits = PredictionSums()
      run.add(
        predictions.span.extracting(start..<end), outcomes.span.extracting(start..<end),
        scores: scores.span.extracting(scores.isEmpty ? 0..<0 : start..<end))
      sums.merge(run, weight: weight)
      if isLogged {
        runInUnits.addExponentials(predictions.span.extracting(start..<end), outcomes.span.extracting(start..<end))
        inUnits.merge(runInUnits, weight: weight)
      }
      start = end
    }
    return (sums, isLogged ? inUnits : nil)
  }

  // MARK: Steps that differ between the sides

  /// The training side, and the rows as it encodes them. Where rows choose, the code of the other rows gives its state to every step that both run alike.
  private func fitTrainingSide(_ rows: WindowRows.Part, _ active: ActiveSteps, cycle: Int) -> (side: SidePipelines, encoded: Matrix) {
    let sets = active.sets
    let first = fitPipeline(rows, sets[0], cycle: cycle, shipped: nil, encodes: true)
    let others = sets.dropFirst().map { set in
      fitPipeline(rows, set, cycle: cycle, shipped: (active: sets[0], fitted: first.fitted), encodes: true)
    }
    let all = [first] + others
    let side = SidePipelines(all.map(\.fitted), of: active, in: scenario)
    return (side, blended(rows, side) { all[$0].encoded })
  }

  /// A side's steps fitted on the window's rows, but for those whose state comes from other rows, or with the model.
  ///
  /// - Parameters:
  ///   - rows: The window's rows, as training reads them.
  ///   - active: The step discrepancies that the rows meet.
  ///   - shipped: The training side, whose state goes into every step that both sides run alike; `nil` for the training side itself.
  ///   - encodes: Whether the encoded rows are wanted too.
  private func fitPipeline(
    _ rows: WindowRows.Part, _ active: [Int], cycle: Int, shipped: (active: [Int], fitted: FittedPipeline)?, encodes: Bool = false
  ) -> (fitted: FittedPipeline, encoded: Matrix) {
    let recipe = scenario.sidePipelines[active] ?? scenario.pipeline
    let fitsOwnState = scenario.fitsOwnState(active)
    var known: [Int: any FittedTransform] = [:], samples: [Int: [Double]] = [:]
    for (index, step) in recipe.origins.enumerated() {
      if let shipped, !fitsOwnState { known[index] = scenario.shippedState(of: step, input: recipe.schemas[index], shipped) }
      switch scenario.statisticsRows(of: step, in: active) {
      case .window(let age):
        // A step that meets other columns here than in the scenario's pipeline has no older state for them.
        guard let position = step.position, recipe.schemas[index] == scenario.pipeline.schemas[position],
          let past = history.last(where: { $0.cycle <= cycle - age }) ?? history.first
        else { continue }
        known[index] = past.pipeline.steps[position]
      case .sample(let share, let stream):
        known[index] = nil
        samples[index] = zip(rows.weights, rows.origins).map { weight, origin in
          stream.uniform(at: origin.position, row: origin.row) < share ? weight : 0
        }
      case .served, nil:
        // The rows served are not there yet: ``CyclePass`` fits the step when they are.
        continue
      }
    }
    return recipe.fit(rows.features, weights: rows.weights, known: known, counting: samples, encodesLast: encodes)
  }
}

extension Matrix {
  /// The matrix with one more column.
  func appending(column: [Double]) -> Matrix {
    Matrix(rows: rows, columns: columns + 1, elements: elements + column)
  }
}
