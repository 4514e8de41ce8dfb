internal import SkewlabNumerics

/// Steps 1 to 6 of one cycle, chunk by chunk: draw, respond, serve, outcomes, observe, log, measure.
struct CyclePass {
  let scenario: Scenario
  let model: DeployedModel?
  let position: RandomStream.Position
  let cycle: Int
  let conditions: WorldConditions
  /// The same with the groups' shares as they respond.
  private let liveConditions: WorldConditions
  let columns: Int

  private let bestPredictor: LinearPredictor?
  /// The best predictor's score for each row of a table.
  private let bestByIdentity: [Double]?
  private var servingSide: SidePipelines?
  /// The steps of a row that every serving-side discrepancy has chosen.
  var servingPipeline: FittedPipeline? { servingSide?.complete }
  private let servingPredictor: LinearPredictor?
  /// The model before this one as it would serve now; `nil` unless the runtime asks for it.
  private var previous: (side: SidePipelines, predictor: LinearPredictor)?
  /// The runtime that serves the twin, where its rows differ from those served.
  private var twinRuntime: (any Runtime)?
  private let sources: [any SourceDiscrepancy]
  /// Those of the training side, where both sides are compared.
  private let trainingSources: [any SourceDiscrepancy]
  private let scorers: [any ScorerDiscrepancy]
  /// How the world reacts in this cycle.
  private let responses: [any Response]
  private let movesMembership: Bool
  /// Whether the rows served are not those of the twin.
  private let movesRows: Bool
  private let seesEverything: Bool
  private let hasUnits: Bool

  private var served: PredictionSums, untouched: PredictionSums, best: PredictionSums, servedBest: PredictionSums
  private var parity: SideComparison
  private var servedByGroup: GroupSums, untouchedByGroup: GroupSums
  private var servedInUnits = PredictionSums(), untouchedInUnits = PredictionSums(), bestInUnits = PredictionSums()

  init(
    scenario: Scenario, responses: [any Response], model: DeployedModel?, previousModel: DeployedModel?, position: RandomStream.Position,
    cycle: Int
  ) {
    self.scenario = scenario
    self.responses = responses
    self.model = model
    self.position = position
    self.cycle = cycle
    conditions = scenario.conditions(at: position)
    columns = scenario.world.component.schema.count
    bestPredictor = scenario.bestPredictor(replicate: Int(position.replicate), conditions: conditions)
    bestByIdentity = model == nil ? nil : scenario.bestByIdentity?.scores(under: conditions)
    let active = scenario.discrepancies.map(\.component).filter { $0.scope.isActive(on: .serving, cycle: cycle) }
    sources = active.compactMap { $0 as? any SourceDiscrepancy }
    scorers = active.compactMap { $0 as? any ScorerDiscrepancy }
    trainingSources =
      scenario.traits.measuresParity
      ? scenario.discrepancies.map(\.component).compactMap { $0 as? any SourceDiscrepancy }
        .filter { $0.scope.isActive(on: .training, cycle: cycle) } : []
    let steps = scenario.activeSteps(on: .serving, cycle: cycle), features = scenario.pipeline.output.names
    let scorers = scorers
    func altered(_ predictor: LinearPredictor) -> LinearPredictor { scorers.reduce(predictor) { $1.alter($0, features: features) } }
    func side(of model: DeployedModel) -> SidePipelines { SidePipelines(steps.sets.map(model.servingPipeline), of: steps, in: scenario) }
    servingSide = model.map(side)
    servingPredictor = model.map { altered($0.predictor) }
    previous =
      scenario.runtime.component.usesPreviousModel ? previousModel.map { (side(of: $0), altered($0.predictor)) } : nil
    movesMembership = model != nil && responses.contains { $0.movesMembership }
    movesRows = movesMembership || responses.contains { $0.movesFeatures }
    liveConditions = movesMembership ? scenario.world.component.conditions(conditions, respondingTo: responses) : conditions
    let groups = scenario.traits.measuresGroups ? scenario.world.component.groups.count : 0
    servedByGroup = GroupSums(groups: groups, for: scenario.traits)
    untouchedByGroup = servedByGroup
    seesEverything = scenario.observation.component.seesEverything
    hasUnits = scenario.traits.hasUnits
    served = PredictionSums(for: scenario.traits)
    (untouched, best, servedBest) = (served, served, served)
    parity = SideComparison(for: scenario.traits)
    if let model { fitToServedRows(steps, model: model) }
  }

  /// Draws rows of the cycle.
  func draw(_ range: Range<Int>, into rows: inout Rows) {
    scenario.draw(range, at: position, conditions: conditions, best: bestPredictor, into: &rows)
  }

  /// Serves the rows in `work.twin`, lets outcomes respond, and adds to the measurements. Before there is a model, nothing is served.
  mutating func serve(_ work: inout Workspace, runtime: inout any Runtime) {
    let count = work.twin.count
    guard let model else {
      for i in 0..<count { work.outcomes[i] = work.twin.outcomes[i] }
      return
    }
    if movesRows {
      Work.response.begin()
      work.live = work.twin
      if movesMembership { scenario.world.component.draw(work.twin.range, at: position, conditions: liveConditions, into: &work.live) }
      for response in responses { response.respond(features: &work.live, deployed: model) }
      var ofTwin = twinRuntime ?? runtime
      twinRuntime = nil  // gives the storage up, so that it is changed in place
      var predictions = work.twinPredictions.taken()
      var scores = work.twinScores.taken()
      predict(work.twin, model: model, &work, into: &predictions, scores: &scores, runtime: &ofTwin, isServed: false)
      work.twinPredictions = predictions
      work.twinScores = scores
      twinRuntime = ofTwin
    }
    var predictions = work.predictions.taken()
    var scores = work.scores.taken()
    predict(
      movesRows ? work.live : work.twin, model: model, &work, into: &predictions, scores: &scores, runtime: &runtime, isServed: true)
    work.predictions = predictions
    work.scores = scores
    decide(&work)
    Work.response.begin()
    respond(&work, model: model)
    Work.metrics.begin()
    var rooms = (best: work.best.taken(), servedBest: work.servedBest.taken(), bestScores: work.bestScores.taken())
    measure(work, rooms: &rooms, model: model)
    (work.best, work.servedBest, work.bestScores) = rooms
  }

  private func predict(
    _ rows: Rows, model: DeployedModel, _ work: inout Workspace, into predictions: inout [Double], scores: inout [Double],
    runtime: inout any Runtime, isServed: Bool
  ) {
    guard let servingSide, let servingPredictor else { return }
    Work.pipeline.begin()
    if !sources.isEmpty {
      work.read = rows
      let moved = movesRows && isServed
      reading(sources, moved: moved, model: model).alter(&work.read)
    }
    let read = sources.isEmpty ? rows.features : work.read.features
    score(read, of: rows, servingSide, servingPredictor, scorers: scorers, buffers: &work.encoded, into: &predictions, scores: &scores)
    if let previous {
      if work.previousPredictions.isEmpty { work.previousPredictions = Array(repeating: 0, count: predictions.count) }
      score(
        read, of: rows, previous.side, previous.predictor, scorers: scorers, buffers: &work.previousEncoded,
        into: &work.previousPredictions, scores: &work.previousScores)
    }
    if isServed { compareSides(rows, model: model, &work, serving: predictions, scores: scores) }
    Work.prediction.begin()
    var span = predictions.mutableSpan
    var served = span._mutatingExtracting(0..<rows.count)
    let others = work.previousPredictions.span.extracting(0..<(previous == nil ? 0 : rows.count))
    runtime.serve(&served, previous: others, rows: rows.range, deployed: model)
  }

  /// How a side with these discrepancies reads rows, as they are or moved by responses.
  private func reading(_ sources: [any SourceDiscrepancy], moved: Bool, model: DeployedModel) -> SourceReading {
    SourceReading(sources, of: scenario) { range, position, others in
      if moved, position == self.position {
        scenario.world.component.draw(range, at: position, conditions: liveConditions, into: &others)
      } else {
        scenario.drawRaw(range, at: position, into: &others)
      }
      if moved { for response in responses { response.respond(features: &others, deployed: model) } }
    }
  }

  /// Keeps what both sides say of the rows served, before the runtime.
  private func compareSides(
    _ rows: Rows, model: DeployedModel, _ work: inout Workspace, serving: [Double], scores: [Double]
  ) {
    guard scenario.traits.measuresParity else { return }
    if work.bothSides.serving.isEmpty { work.bothSides = (serving, serving) }
    for i in 0..<rows.count { work.bothSides.serving[i] = serving[i] }
    work.bothScores.serving = scores
    if !trainingSources.isEmpty {
      work.read = rows
      reading(trainingSources, moved: movesRows, model: model).alter(&work.read)
    }
    score(
      trainingSources.isEmpty ? rows.features : work.read.features, of: rows, model.trainingSide, model.predictor, scorers: [],
      buffers: &work.trainingEncoded, into: &work.bothSides.training, scores: &work.bothScores.training)
  }

  /// Fits the steps that a discrepancy fits on the rows served: those of the whole cycle, as the serving side reads them.
  private mutating func fitToServedRows(_ steps: ActiveSteps, model: DeployedModel) {
    guard let side = servingSide, scenario.fitsStepsToServedRows(steps) else { return }
    let schema = scenario.world.component.schema
    var rows = Rows(schema: schema, capacity: scenario.rows, hasIdentities: scenario.world.component.everyRow != nil)
    scenario.world.component.draw(0..<scenario.rows, at: position, conditions: liveConditions, into: &rows)
    for response in responses where movesRows { response.respond(features: &rows, deployed: model) }
    reading(sources, moved: movesRows, model: model).alter(&rows)
    servingSide = side.fitted(toServed: rows, steps, in: scenario)
    if let old = previous { previous = (old.side.fitted(toServed: rows, steps, in: scenario), old.predictor) }
  }

  /// What a model says of a block of rows, as a side reads them: each row through the code that it meets there.
  private func score(
    _ read: Matrix, of rows: Rows, _ side: SidePipelines, _ predictor: LinearPredictor, scorers: [any ScorerDiscrepancy],
    buffers: inout [[Matrix]], into predictions: inout [Double], scores: inout [Double]
  ) {
    if buffers.count != side.pipelines.count { buffers = Array(repeating: [], count: side.pipelines.count) }
    score(read, of: rows, side.pipelines[0], predictor, scorers: scorers, buffers: &buffers[0], into: &predictions, scores: &scores)
    guard side.pipelines.count > 1 else { return }
    let places = rows.range.map { side.place(ofRow: $0, at: position) }
    var others = predictions, otherScores = scores
    for place in 1..<side.pipelines.count where places.contains(place) {
      score(
        read, of: rows, side.pipelines[place], predictor, scorers: scorers, buffers: &buffers[place], into: &others, scores: &otherScores)
      for i in places.indices where places[i] == place {
        predictions[i] = others[i]
        if !scores.isEmpty { scores[i] = otherScores[i] }
      }
    }
  }

  /// What a model says of a block of rows, as a side reads them, in that side's arithmetic; and, for a model of probabilities, the scores that they are made of.
  private func score(
    _ read: Matrix, of rows: Rows, _ pipeline: FittedPipeline, _ predictor: LinearPredictor, scorers: [any ScorerDiscrepancy],
    buffers: inout [Matrix], into predictions: inout [Double], scores kept: inout [Double]
  ) {
    Work.pipeline.begin()
    let isRoom = buffers.count == pipeline.steps.count && zip(buffers, pipeline.steps).allSatisfy { $0.columns == $1.output.count }
    if !isRoom { buffers = pipeline.makeBuffers(capacity: rows.capacity) }
    let features = pipeline.encode(read, rows: rows.count, buffers: &buffers)
    Work.prediction.begin()
    var span = predictions.mutableSpan
    var scores = span._mutatingExtracting(0..<rows.count)
    predictor.score(features, rows: rows.count, into: &scores)
    for scorer in scorers { scorer.score(features, with: predictor, rows: rows.range, at: position, into: &scores) }
    for scorer in scorers { scorer.alter(scores: &scores, rows: rows.range, at: position) }
    predictor.link.apply(to: &scores, keeping: &kept)
  }

  private func decide(_ work: inout Workspace) {
    let all = 0..<work.twin.count, range = work.twin.range
    var served = work.served.taken(), propensities = work.propensities.taken()
    var servedSpan = served.mutableSpan, propensitySpan = propensities.mutableSpan
    var servedPart = servedSpan._mutatingExtracting(all), propensityPart = propensitySpan._mutatingExtracting(all)
    scenario.decision.component.decide(
      work.predictions.span.extracting(all), rows: range, at: position, served: &servedPart, propensities: &propensityPart)
    work.served = served
    work.propensities = propensities
  }

  private func respond(_ work: inout Workspace, model: DeployedModel) {
    let count = work.twin.count
    var outcomes = work.outcomes.taken()
    let untouched = movesMembership ? work.live.outcomes : work.twin.outcomes
    for i in 0..<count { outcomes[i] = untouched[i] }
    var span = outcomes.mutableSpan
    var part = span._mutatingExtracting(0..<count)
    for response in responses {
      response.respond(
        outcomes: &part, served: work.served.span.extracting(0..<count), rows: movesRows ? work.live : work.twin, deployed: model)
    }
    work.outcomes = outcomes
  }

  // MARK: Measure

  /// Adds a chunk to the measurements. `rooms` are storage for the best predictions of the twin and of what was served.
  private mutating func measure(
    _ work: Workspace, rooms: inout (best: [Double], servedBest: [Double], bestScores: [Double]), model: DeployedModel
  ) {
    let all = 0..<work.twin.count
    let outcomes = work.outcomes.span.extracting(all), twinOutcomes = work.twin.outcomes.span.extracting(all)
    let predictions = work.predictions.span.extracting(all)
    let twinPredictions = (movesRows ? work.twinPredictions : work.predictions).span.extracting(all)
    // Only a model of probabilities keeps scores.
    let kept = scenario.traits.isClassification ? all : 0..<0
    served.add(predictions, outcomes, scores: work.scores.span.extracting(kept))
    untouched.add(twinPredictions, twinOutcomes, scores: (movesRows ? work.twinScores : work.scores).span.extracting(kept))
    if scenario.traits.measuresGroups {
      servedByGroup.add(
        predictions, outcomes, scores: work.scores.span.extracting(kept), groups: movesRows ? work.live.groups : work.twin.groups)
      untouchedByGroup.add(
        twinPredictions, twinOutcomes, scores: (movesRows ? work.twinScores : work.scores).span.extracting(kept), groups: work.twin.groups)
    }
    if scenario.traits.measuresParity {
      let both = work.bothSides, scores = work.bothScores
      parity.add(
        serving: both.serving.span.extracting(all), training: both.training.span.extracting(all), outcomes,
        scores: scores.serving.span.extracting(kept), scores.training.span.extracting(kept))
    }
    if hasUnits {
      servedInUnits.addExponentials(predictions, outcomes)
      untouchedInUnits.addExponentials(twinPredictions, twinOutcomes)
    }
    guard scenario.traits.hasBest else { return }
    // What a world draws of its best predictions is meant for squared loss.
    if work.twin.bestPredictions.isEmpty || scenario.traits.isClassification {
      predictBest(work.twin, into: &rooms.best, scores: &rooms.bestScores)
      measureBest(rooms.best, scores: rooms.bestScores, work, room: &rooms.servedBest, model: model)
    } else {
      measureBest(work.twin.bestPredictions, scores: [], work, room: &rooms.servedBest, model: model)
    }
  }

  private mutating func measureBest(
    _ predictions: [Double], scores: [Double], _ work: Workspace, room: inout [Double], model: DeployedModel
  ) {
    let all = 0..<work.twin.count, kept = scenario.traits.isClassification ? all : 0..<0
    let ofTwin = predictions.span.extracting(all), twinOutcomes = work.twin.outcomes.span.extracting(all)
    best.add(ofTwin, twinOutcomes, scores: scores.span.extracting(kept))
    if hasUnits { bestInUnits.addExponentials(ofTwin, twinOutcomes) }
    if scenario.traits.hasServedBest {
      predictServedBest(from: predictions, work, into: &room, model: model)
      servedBest.add(room.span.extracting(all), work.outcomes.span.extracting(all), scores: scores.span.extracting(kept))
    }
  }

  private func predictBest(_ rows: Rows, into best: inout [Double], scores: inout [Double]) {
    if let byIdentity = bestByIdentity, bestPredictor == nil {
      for i in 0..<rows.count { best[i] = byIdentity[rows.identities[i]] }
    }
    var span = best.mutableSpan
    var part = span._mutatingExtracting(0..<rows.count)
    bestPredictor?.score(rows.features, rows: rows.count, into: &part)
    scenario.learner.component.link.apply(to: &part, keeping: &scores)
  }

  /// The best prediction of the outcome as served: every response's mean effect on the best prediction of the untouched one.
  private func predictServedBest(from best: [Double], _ work: Workspace, into predictions: inout [Double], model: DeployedModel) {
    let all = 0..<work.twin.count
    for i in all { predictions[i] = best[i] }
    var span = predictions.mutableSpan
    var part = span._mutatingExtracting(all)
    for response in responses {
      response.affineForm?.apply(to: &part, served: work.served.span.extracting(all), rows: work.twin, deployed: model)
    }
  }

  /// What the cycle measured.
  func measurements(fits: Int, runtime: RuntimeMeasurements?, performative: PerformativeRisk?) -> Measurements {
    let hasBest = model != nil && scenario.traits.hasBest
    func inUnits(_ sums: PredictionSums) -> PredictionSums? { model != nil && hasUnits ? sums : nil }
    return Measurements(
      model: model, offline: model?.offline, offlineInUnits: model?.offlineInUnits, served: model == nil ? nil : served,
      untouched: model == nil ? nil : untouched, best: hasBest ? best : nil,
      servedBest: hasBest && scenario.traits.hasServedBest ? servedBest : nil, servedInUnits: inUnits(servedInUnits),
      untouchedInUnits: inUnits(untouchedInUnits), bestInUnits: hasBest ? inUnits(bestInUnits) : nil, bestPredictor: bestPredictor,
      fits: fits, runtime: runtime, parity: model != nil && scenario.traits.measuresParity ? parity : nil,
      performative: performative,
      servedByGroup: model == nil ? [] : servedByGroup.sums, untouchedByGroup: model == nil ? [] : untouchedByGroup.sums,
      offlineByGroup: model?.offlineByGroup ?? [])
  }

  // MARK: Log

  /// Adds the rows in `work` to the cycle's log entry, whose moments are cut at a row of the cycle, if at any.
  func log(_ work: inout Workspace, into entry: inout Log.Entry, cut: Int?) {
    let rows = movesRows && model != nil ? work.live : work.twin
    let count = rows.count
    if seesEverything || model == nil {
      for i in 0..<count { work.seen[i] = 1 }
    } else {
      var room = work.seen.taken()
      var span = room.mutableSpan
      var seen = span._mutatingExtracting(0..<count)
      scenario.observation.component.observe(
        served: work.served.span.extracting(0..<count), outcomes: work.outcomes.span.extracting(0..<count), rows: rows.range, at: position,
        into: &seen)
      work.seen = room
    }
    if entry.rows != nil {
      logRows(rows, work, into: &entry)
    } else {
      logMoments(rows, &work, into: &entry, cut: cut)
    }
  }

  private func logRows(_ rows: Rows, _ work: Workspace, into entry: inout Log.Entry) {
    let count = rows.count, offset = rows.range.lowerBound
    for j in 0..<columns {
      rows.features.withColumn(j, rows: 0..<count) { source in
        entry.rows?.features.withMutableColumn(j, rows: offset..<(offset + count)) { target in
          for i in 0..<count { target[i] = source[i] }
        }
      }
    }
    for i in 0..<count {
      entry.rows?.outcomes[offset + i] = work.outcomes[i]
      if scenario.traits.measuresGroups { entry.rows?.groups[offset + i] = rows.groups[i] }
      if !rows.identities.isEmpty { entry.rows?.identities[offset + i] = rows.identities[i] }
      entry.isEvaluation.append(work.isEvaluation[i])
      entry.isSeen.append(work.seen[i] != 0)
    }
  }

  private func logMoments(_ rows: Rows, _ work: inout Workspace, into entry: inout Log.Entry, cut: Int?) {
    for start in stride(from: 0, to: rows.count, by: Simulation.blockRows) {
      let block = start..<min(start + Simulation.blockRows, rows.count)
      let middle = min(max((cut ?? 0) - rows.range.lowerBound, block.lowerBound), block.upperBound)
      add(block.lowerBound..<middle, of: rows, &work, to: &entry.moments[0])
      add(middle..<block.upperBound, of: rows, &work, to: &entry.moments[cut == nil ? 0 : 1])
    }
  }

  /// Adds rows of a block to moments of the features and, last, the outcome.
  private func add(_ block: Range<Int>, of rows: Rows, _ work: inout Workspace, to moments: inout LogMoments) {
    guard !block.isEmpty else { return }
    if var forgetting = work.forgetting {
      work.forgetting = nil  // gives the storage up, so that it is changed in place
      let count = forgetting.fill(&work.block, block, of: rows.features, last: work.outcomes) {
        !work.isEvaluation[$0] && work.seen[$0] != 0
      }
      moments.fitted.scale(by: forgetting.powers[count])
      if count > 0 { moments.fitted.add(work.block) }
      work.forgetting = forgetting
    } else {
      add(block, of: rows, evaluation: false, &work, to: &moments.fitted)
    }
    add(block, of: rows, evaluation: true, &work, to: &moments.evaluation)
  }

  /// Adds the rows of a block that are (or are not) kept for evaluation, each with weight 1.
  private func add(_ block: Range<Int>, of rows: Rows, evaluation: Bool, _ work: inout Workspace, to moments: inout Moments) {
    var chosen = ChosenRows(capacity: 0, columns: 0)
    swap(&chosen, &work.chosen)
    chosen.choose(block, where: work.isEvaluation.span, are: evaluation, seen: work.seen.span)
    if chosen.count > 0 {
      work.block.fill(chosen, of: rows.features, last: work.outcomes)
      moments.add(work.block)
    }
    work.chosen = chosen
  }
}

extension World {
  /// Conditions with the groups' shares as they respond.
  fileprivate func conditions(_ conditions: WorldConditions, respondingTo responses: [any Response]) -> WorldConditions {
    let described = groupShares(WorldConditions(features: schema.count)), shares = groupShares(conditions, respondingTo: responses)
    var moved = conditions
    for group in shares.indices {
      var offset = shares[group] - described[group]
      // A sum that rounds to the outside of 0…1 would be refused.
      while described[group] + offset > 1 { offset = offset.nextDown }
      while described[group] + offset < 0 { offset = offset.nextUp }
      moved.shareOffsets[.group(group)] = offset
    }
    return moved
  }

  /// The groups' shares under these conditions as they respond, brought to the sum 1; NaN where nobody is left.
  func groupShares(_ conditions: WorldConditions, respondingTo responses: [any Response]) -> [Double] {
    var shares = groupShares(conditions)
    for response in responses { response.respond(shares: &shares) }
    let total = shares.reduce(0, +)
    return shares.map { $0 / total }
  }
}
