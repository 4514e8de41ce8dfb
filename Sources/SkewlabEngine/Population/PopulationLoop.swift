internal import OrderedCollections
public import SkewlabNumerics

/// A scenario's loop in the population: what a cycle does to first and second moments, instead of to rows.
///
/// Where every part is affine, moments determine moments: the world gives those of (features, outcome), responses map them, a window is their weighted sum, and least squares needs nothing else. The
/// loop has no sampling error; it is what a simulation tends to as rows grow. Steps are the simulation's own: the same pipeline, learner and window are used.
///
/// A table that is drawn with replacement is a population itself (``FinitePopulation``), and so are the combinations of a world of categories; there the features kept are the *encoded* ones, with the pipeline fitted on the whole
/// population, so that the steps may be anything. Everywhere else they are the raw ones, and every step has to be affine.
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
  /// What is known of a finite population.
  let table: EncodedPopulation?

  /// The loop; `nil` where there are ``obstacles(of:)``.
  public init?(_ scenario: Scenario, replicate: Int = 0) {
    guard case .success(let loop) = Self.made(scenario, replicate: replicate) else { return nil }
    self = loop
  }

  private init(_ scenario: Scenario, replicate: Int, table: EncodedPopulation?) {
    self.table = table
    self.scenario = scenario
    self.replicate = replicate
  }

  /// Obstacles as an error.
  private struct Obstacles: Error { let list: [Obstacle] }

  /// What keeps a scenario from having a population loop; empty when it has one.
  public static func obstacles(of scenario: Scenario) -> [Obstacle] {
    switch made(scenario, replicate: 0) {
    case .success: []
    case .failure(let obstacles): obstacles.list
    }
  }

  private static func made(_ scenario: Scenario, replicate: Int) -> Result<PopulationLoop, Obstacles> {
    let obstacles = obstaclesOfParts(scenario)
    guard obstacles.isEmpty else { return .failure(Obstacles(list: obstacles)) }
    func refused(_ reason: String) -> Result<PopulationLoop, Obstacles> {
      .failure(Obstacles(list: [Obstacle(part: "world", reason: reason)]))
    }
    let table = EncodedPopulation(scenario, replicate: replicate)
    guard (table != nil) == (scenario.finitePopulation(replicate: replicate, cycle: 0) != nil) else {
      return refused("its rows are not the same in every cycle")
    }
    let loop = PopulationLoop(scenario, replicate: replicate, table: table)
    for cycle in loop.isSteady ? 0...1 : 0...scenario.cycles where !loop.hasFit(in: cycle) {
      return refused(
        "in cycle \(cycle) a feature or an outcome is missing or too large: its moments are not finite, or a fit on them is not")
    }
    return .success(loop)
  }

  /// Whether every model that the loop fits on untouched rows of a cycle exists.
  private func hasFit(in cycle: Int) -> Bool {
    let untouched = untouched(in: cycle)
    guard let model = fit(untouched, after: cycle), sides(fittedOn: trained(untouched, in: cycle)) != nil,
      let best = try? LinearFit.leastSquares(untouched, features: features), best.predictor.isFinite
    else { return false }
    let met = meet(untouched, model, in: cycle).moments
    return met.mean.allSatisfy(\.isFinite) && met.cross.isFinite
  }

  /// The parts of a scenario that keep it from having a population loop, whatever its numbers are.
  private static func obstaclesOfParts(_ scenario: Scenario) -> [Obstacle] {
    var obstacles: [Obstacle] = []
    func add(_ part: String, _ reason: String) { obstacles.append(Obstacle(part: part, reason: reason)) }
    let world = scenario.world.component, first = scenario.finitePopulation(replicate: 0, cycle: 0), isTable = first != nil
    if let first {
      let isSteady = (1...scenario.cycles).allSatisfy { cycle in
        if scenario.shifts.isEmpty, world.hasSteadyFrequencies { return true }
        return scenario.finitePopulation(replicate: 0, cycle: cycle)?.hasFeatures(of: first) == true
      }
      if !isSteady {
        add(
          "shifts",
          "what its rows have for features changes from cycle to cycle, or how often: the loop of a finite population is that of features that stay"
        )
      } else if !hasCommonConditions(scenario) {
        add("shifts", "they are others in every replicate")
      }
    } else if world.everyRow != nil {
      add("world", "rows are not drawn from the table independently (draw: bootstrap)")
    } else if !hasLaw(scenario) {
      add(
        "world",
        "a world of kind '\(type(of: world).kind)' has no moments in closed form with these parameters, or not the same ones in every replicate"
      )
    } else if !scenario.isAffinePipeline {
      add("pipeline", "a step is not affine, or moments are not enough to fit it")
    }
    for discrepancy in scenario.discrepancies {
      if let reason = obstacle(discrepancy.component, in: scenario, isTable: isTable) { add("discrepancies.\(discrepancy.id)", reason) }
    }
    if !scenario.runtime.component.isInstant { add("runtime", "late predictions are replaced, by chance") }
    if !scenario.decision.component.servesScores { add("decision", "what is served is not the score itself") }
    for response in scenario.responses {
      let part = "feedback.\(response.id)", component = response.component.memory?.response ?? response.component
      if response.component.memory != nil, !scenario.discrepancies.isEmpty {
        add(part, "it remembers what earlier models said by their training side, beside discrepancies")
      } else if component.movesMembership, !knowsGroups(scenario) {
        add(part, "it changes who is there, and the law of each group is not known here")
      } else if isTable, component.readsRawWeights, !scenario.pipeline.steps.isEmpty {
        add(part, "it reads the weights on the raw features, and the loop of a table keeps encoded ones")
      } else if component.affineCases == nil {
        add(part, "its effect on the outcome is not affine")
      } else if component.affineForm?.isOfProbability == true,
        !lawLimitsProbabilities(scenario) || scenario.responses.contains(where: { $0.component.movesFeatures })
      {
        add(part, "it moves probabilities, and on some rows of this world beyond 0 or 1")
      } else if component.movesFeatures, isTable || component.affineFeatureCases == nil {
        add(part, "it does not move features by a linear function of the weights, as likely for every row")
      }
    }
    if let tossed = scenario.responses.firstIndex(where: { $0.component.affineForm?.isOfProbability == true }),
      let after = scenario.responses[(tossed + 1)...].first(where: { $0.component.affineCases != [AffineCase(AffineResponse())] })
    {
      add("feedback.\(after.id)", "it moves an outcome that was tossed before")
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

  private static func lawLimitsProbabilities(_ scenario: Scenario) -> Bool {
    let position = RandomStream.Position(replicate: 0, cycle: 0)
    return scenario.world.component.population(replicate: 0, conditions: scenario.conditions(at: position))?.probabilities != nil
  }

  /// What keeps a discrepancy from having a place in the loop; `nil` when it has one.
  private static func obstacle(_ discrepancy: any Discrepancy, in scenario: Scenario, isTable: Bool) -> String? {
    let schema = scenario.world.component.schema, scope = discrepancy.scope
    switch discrepancy {
    case let other as any OtherRowDiscrepancy:
      return obstacle(other, in: scenario, isTable: isTable)
    case let source as any SourceDiscrepancy:
      if isTable {
        if scope.side == .training {
          return "it changes how training reads the rows of a finite population, whose loop is that of their features as they are"
        }
        return source.isDeterministic && scope.share == 1 ? nil : "it changes rows of a finite population by chance"
      }
      let probe = Moments(weight: 1, mean: Array(repeating: 0, count: schema.count), cross: .identity(schema.count), count: 1)
      return source.altered(probe, features: 0..<schema.count, of: schema) == nil ? "what it does to the moments of rows is not known" : nil
    case is any StepDiscrepancy:
      if scope.side == .training { return "it changes the steps that training runs" }
      let sets = (1...scenario.cycles).flatMap { scenario.activeSteps(on: .serving, cycle: $0).sets }
      for set in Set(sets) {
        guard let recipe = scenario.sidePipelines[set] else { continue }
        if recipe.origins.contains(where: { scenario.statisticsRows(of: $0, in: set) != nil }) {
          return "a step has its state from other rows than those that the model is fitted on"
        }
        let probe = Moments(weight: 1, mean: Array(repeating: 0, count: schema.count), cross: .identity(schema.count), count: 1)
        if !isTable, recipe.fit(probe) == nil { return "with it a step is not affine, or moments are not enough to fit it" }
      }
      return nil
    case is any ScorerDiscrepancy: return "it changes the predictor's arithmetic"
    case is any LogDiscrepancy: return "it changes which rows training has"
    default: return "it changes how the learner fits"
    }
  }

  private static func obstacle(_ discrepancy: any OtherRowDiscrepancy, in scenario: Scenario, isTable: Bool) -> String? {
    let world = scenario.world.component, sources = scenario.discrepancies.map(\.component).filter { $0 is any SourceDiscrepancy }
    if isTable { return "it joins rows of a finite population by chance" }
    if discrepancy.takenFeatures == nil { return "it does more than take features of another row" }
    if abs(discrepancy.rowsBack) >= scenario.rows { return "it reads rows of other cycles, and before the first ones there are none" }
    if discrepancy.scope.side == .training, !scenario.shifts.isEmpty, scenario.retraining.component.window != Window(.cycles(1)) {
      return "training reads other rows of cycles that differ"
    }
    let movers = scenario.responses.map { $0.component.memory?.response ?? $0.component }.filter { $0.movesMembership || $0.movesFeatures }
    if movers.contains(where: { $0.movesMembership || $0.affineFeatureForm == nil }) {
      return "it reads other rows, and responses move who is there, or features by more than one step for all"
    }
    if scenario.traits.measuresGroups { return "it reads rows of other groups" }
    let position = RandomStream.Position(replicate: 0, cycle: 0)
    if world.covariance(withRowBefore: discrepancy.rowsBack, replicate: 0, conditions: scenario.conditions(at: position)) == nil {
      return "how the world's rows depend on each other is not known"
    }
    let side = sources.filter { $0.scope.side == discrepancy.scope.side }
    if side.count > 1 { return "it reads another row beside other discrepancies of its side" }
    if !scenario.responses.isEmpty, sources.contains(where: { $0 is any OtherRowDiscrepancy && $0.scope.side != discrepancy.scope.side }) {
      return "both sides read other rows, and a response answers what they make of them"
    }
    return nil
  }

  /// Whether shifts are the same in two replicates: then they are in all.
  private static func hasCommonConditions(_ scenario: Scenario) -> Bool {
    scenario.shifts.isEmpty || scenario.replicates == 1
      || (0...scenario.cycles).allSatisfy { cycle in
        let conditions = (0..<2).map { scenario.conditions(at: RandomStream.Position(replicate: $0, cycle: cycle)) }
        return conditions[0] == conditions[1]
      }
  }

  /// Whether the world has a law in every cycle, the same for every replicate.
  private static func hasLaw(_ scenario: Scenario) -> Bool {
    (scenario.shifts.isEmpty ? 0...0 : 0...scenario.cycles).allSatisfy { cycle in
      let laws = (0..<min(2, scenario.replicates)).map { replicate in
        let position = RandomStream.Position(replicate: replicate, cycle: cycle)
        return scenario.world.component.population(replicate: replicate, conditions: scenario.conditions(at: position))
      }
      guard let law = laws[0], law.moments.mean.allSatisfy(\.isFinite), law.moments.cross.isFinite else { return false }
      return law == laws[laws.count - 1]
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
    if let table { return table.moments(in: cycle) }
    guard let law = scenario.world.component.population(replicate: replicate, conditions: conditions(in: cycle)) else {
      preconditionFailure("a loop without obstacles has a law in every cycle")
    }
    return law.moments
  }

  /// How the serving side reads the raw features in a cycle, where that is one affine map for every row; `nil` otherwise.
  public func reading(in cycle: Int) -> AffineMap? {
    let schema = scenario.world.component.schema
    var map = AffineMap.identity(schema.count)
    for index in scenario.active(on: .serving, cycle: cycle) {
      let discrepancy = scenario.discrepancies[index].component
      guard discrepancy.scope.share == 1, let next = (discrepancy as? any SourceDiscrepancy)?.affineMap(of: schema) else { return nil }
      map = map.followed(by: next)
    }
    return map
  }

  /// Whether every cycle has the law of cycle 1: no shift, and no discrepancy that begins or ends.
  package var isSteady: Bool {
    scenario.shifts.isEmpty
      && scenario.discrepancies.map(\.component.scope).allSatisfy { scope in
        Side.allCases.allSatisfy { side in
          (1...scenario.cycles).allSatisfy { scope.isActive(on: side, cycle: $0) == scope.isActive(on: side, cycle: 1) }
            // In cycle 0 nothing is served.
            && (side == .serving || scope.isActive(on: side, cycle: 0) == scope.isActive(on: side, cycle: 1))
        }
      }
  }

  /// Whether either side meets other features in a cycle than those that are kept.
  package func deviates(in cycle: Int) -> Bool { Side.allCases.contains { deviates($0, in: cycle) } }

  /// Whether a side meets other features in a cycle than those that are kept.
  func deviates(_ side: Side, in cycle: Int) -> Bool { !scenario.active(on: side, cycle: cycle).isEmpty }

  /// Whether the serving side runs other steps in a cycle, so that it meets encoded features of its own.
  func runsOtherSteps(in cycle: Int) -> Bool { !scenario.activeSteps(on: .serving, cycle: cycle).complete.isEmpty }

  /// Moments after what a side makes of the raw features, which stand in some columns of them.
  func read(_ moments: Moments, columns: Range<Int>, by side: Side, in cycle: Int) -> Moments {
    let schema = scenario.world.component.schema
    return scenario.active(on: side, cycle: cycle).reduce(moments) { moments, index in
      guard let source = scenario.discrepancies[index].component as? any SourceDiscrepancy else { return moments }
      let altered =
        (source as? any OtherRowDiscrepancy).map { taking($0, moments, columns, in: cycle) }
        ?? source.altered(moments, features: columns, of: schema)
      guard let altered else {
        preconditionFailure("a loop without obstacles has discrepancies that moments follow")
      }
      let share = source.scope.share
      return share == 1 ? altered : .mixed([(altered, share), (moments, 1 - share)])
    }
  }

  /// Moments where some features, which stand among these columns, are those of another row. Its features have the moments of the row's own and covariances with those that the world tells; with all else by the best line of that through the row's
  /// own features, which stand first: other rows matter only through them.
  private func taking(_ discrepancy: any OtherRowDiscrepancy, _ moments: Moments, _ columns: Range<Int>, in cycle: Int) -> Moments? {
    if discrepancy.rowsBack == 0 { return moments }
    let own = 0..<columns.count, weight = moments.weight
    guard let taken = discrepancy.takenFeatures,
      let lagged = scenario.world.component.covariance(
        withRowBefore: discrepancy.rowsBack, replicate: replicate, conditions: conditions(in: cycle))
    else { return nil }
    let covariance = moments.removing(own.upperBound..<moments.dimension).covariance()
    var cross = moments.cross
    for j in taken {
      let column = columns.lowerBound + j, lag = lagged.column(j), slopes = SymmetricSystem.solve(covariance, lag).solution
      for row in 0..<moments.dimension {
        let value: Double
        if columns.contains(row) {
          if taken.contains(row - columns.lowerBound) { continue }
          value = lag[row - columns.lowerBound]
        } else {
          value = own.reduce(0) { $0 + moments.cross[row, $1] / weight * slopes[$1] }
        }
        cross[row, column] = weight * value
        cross[column, row] = weight * value
      }
    }
    return Moments(weight: weight, mean: moments.mean, cross: cross, count: moments.count)
  }

  /// Rows as a model meets them when it serves.
  struct Meeting {
    /// Moments of (features…, features as served…, outcome); of (features…, outcome) where the serving side meets them as they are.
    let moments: Moments
    /// What the model says of them.
    let served: LinearPredictor

    /// What it makes of them.
    var sums: PredictionSums { PredictionSums(served, over: moments) }

    /// Where the features as served stand.
    func servedColumns(after features: Int) -> Range<Int> { features..<moments.dimension - 1 }
  }

  /// Rows with these moments, as a model meets them.
  func meet(_ moments: Moments, _ model: PopulationModel, in cycle: Int) -> Meeting {
    guard deviates(.serving, in: cycle) else { return Meeting(moments: moments, served: model.predictor) }
    let kept = features.count
    func stacked(_ predictor: LinearPredictor) -> LinearPredictor {
      LinearPredictor(intercept: predictor.intercept, weights: Array(repeating: 0, count: kept) + predictor.weights)
    }
    if let table { return Meeting(moments: table.served(in: cycle), served: stacked(model.encoded)) }
    let columns = kept..<2 * kept
    let rows = read(moments.repeating(0..<kept), columns: columns, by: .serving, in: cycle)
    guard runsOtherSteps(in: cycle) else { return Meeting(moments: rows, served: stacked(model.predictor)) }
    let active = scenario.activeSteps(on: .serving, cycle: cycle)
    let parts = zip(active.sets, scenario.shares(of: active)).map { set, share in
      (moments: rows.mapping(columns, by: model.servingMaps[set] ?? .identity(kept)), share: share)
    }
    return Meeting(moments: .mixed(parts), served: stacked(model.encoded))
  }

  /// The law of a cycle's rows; `nil` for a table.
  private func law(in cycle: Int) -> PopulationLaw? {
    table == nil ? scenario.world.component.population(replicate: replicate, conditions: conditions(in: cycle)) : nil
  }

  /// Whether least squares on rows of a cycle has exact expectations.
  public func isNormal(in cycle: Int) -> Bool { !movesMembership && law(in: cycle)?.isNormal == true }

  /// Whether every cycle has the features of the same rows, so that least squares on them averages over cycles.
  public func hasSameRows(in cycle: Int) -> Bool { law(in: cycle)?.hasSameRows == true }

  /// Whether responses move the probabilities of outcomes that are tossed.
  public var movesProbabilities: Bool {
    scenario.responses.contains { ($0.component.memory?.response ?? $0.component).affineForm?.isOfProbability == true }
  }

  /// Whether the answer to a model leaves every row's probability between 0 and 1, where it is one that moves probabilities.
  public func keepsProbabilities(_ predictor: LinearPredictor, in cycle: Int) -> Bool {
    let forms = scenario.responses.compactMap { ($0.component.memory?.response ?? $0.component).affineForm }.filter(\.isOfProbability)
    guard !forms.isEmpty, let limits = law(in: cycle)?.probabilities else { return forms.isEmpty }
    let most = forms.reduce(0.0) { sum, form in
      let through = form.weightsThroughFeatures?.times(predictor.weights) ?? []
      return zip(through, limits.reach).reduce(sum + abs(form.weightsOffset.map { dot($0, predictor.weights) } ?? 0)) {
        $0 + abs($1.0) * $1.1
      }
    }
    return most <= limits.room
  }

  func conditions(in cycle: Int) -> WorldConditions {
    scenario.conditions(at: RandomStream.Position(replicate: replicate, cycle: cycle))
  }

  /// The best linear predictor with intercept of untouched rows.
  public func best(in cycle: Int) -> LinearPredictor {
    let moments = untouched(in: cycle)
    guard let fit = try? LinearFit.leastSquares(moments, features: features) else {
      preconditionFailure("a loop without obstacles has finite moments")
    }
    return fit.predictor
  }

  /// A model that a response answers, and how much of its answer counts.
  fileprivate typealias Answered = (share: Double, model: PopulationModel)

  /// The rows of a cycle as they respond to the models that served so far, the present one first, and as that one meets them; `nil` before there is one.
  func responding(_ untouched: Moments, to models: some Collection<PopulationModel>, in cycle: Int) -> Meeting? {
    guard let present = models.first else { return nil }
    let responses = scenario.responses.map { response -> (response: any Response, answered: [Answered]) in
      guard let memory = response.component.memory else { return (response.component, [(1, present)]) }
      return (memory.response, zip(memory.law.weights(models.count), models).filter { $0.0 > 0 })
    }
    return respond(untouched, responses, to: present, in: cycle)
  }

  /// The same where one model has served for good.
  func responding(_ untouched: Moments, toOnly model: PopulationModel, in cycle: Int) -> Meeting {
    respond(untouched, scenario.responses.map { ($0.component.memory?.response ?? $0.component, [(1, model)]) }, to: model, in: cycle)
  }

  /// The mean squared error of a model that has served for good, on the rows as they respond to it.
  public func servedLoss(ofOnly model: PopulationModel, in cycle: Int) -> Double {
    responding(untouched(in: cycle), toOnly: model, in: cycle).sums.meanSquaredError
  }

  /// What a log keeps of rows: moments of (features…, outcome).
  func logged(_ rows: Meeting) -> Moments {
    let columns = rows.servedColumns(after: features.count)
    return columns.isEmpty ? rows.moments : rows.moments.removing(columns)
  }

  /// First features move, then they are read, then outcomes respond.
  private func respond(
    _ untouched: Moments, _ responses: [(response: any Response, answered: [Answered])], to present: PopulationModel, in cycle: Int
  ) -> Meeting {
    let moved = responses.reduce(untouched) { moments, one in
      guard one.response.movesFeatures, let cases = one.response.affineFeatureCases else { return moments }
      return .mixed(cases.filter { $0.probability > 0 }.map { (moments.moved($0, one.answered), $0.probability) })
    }
    let met = meet(moved, present, in: cycle)
    let outcomes = responses.reduce(met.moments) { moments, one in
      guard let cases = one.response.affineCases else { preconditionFailure("a loop without obstacles has affine responses") }
      return .mixed(cases.filter { $0.probability > 0 }.map { (map(moments, $0, one.answered, met), $0.probability) })
    }
    return Meeting(moments: outcomes, served: met.served)
  }

  /// y + Σ share·(what the case adds to y). Only the present model serves; what is remembered of others is what they say of the features as they are.
  private func map(_ moments: Moments, _ one: AffineCase, _ answered: [Answered], _ met: Meeting) -> Moments {
    let y = moments.dimension - 1, form = one.form
    var matrix = Matrix.identity(y + 1), offset = Array(repeating: 0.0, count: y + 1), sd = 0.0
    for (share, model) in answered {
      let served = y == model.predictor.weights.count ? model.predictor : met.served
      let w = model.predictor.weights, through = form.weightsThroughFeatures?.times(w)
      for (j, weight) in served.weights.enumerated() { matrix[y, j] += share * form.served * weight }
      for (j, slope) in (through ?? []).enumerated() { matrix[y, j] += share * slope }
      matrix[y, y] += share * (form.outcome - 1)
      offset[y] += share * (form.served * served.intercept + (form.weightsOffset.map { dot($0, w) } ?? 0))
      sd += share * (one.deviation + one.relativeDeviation * model.trainingRMSE)
    }
    let moved = moments.mapped(matrix, offset: offset)
    guard sd > 0 || form.isOfProbability else { return moved }
    var cross = moved.cross
    cross[y, y] += moved.weight * sd * sd
    // An outcome of 0 or 1 has the variance of a toss with its mean.
    if form.isOfProbability { cross[y, y] = moved.weight * moved.mean[y] * (1 - moved.mean[y]) }
    return Moments(weight: moved.weight, mean: moved.mean, cross: cross, count: moved.count)
  }

  /// Whether features move with the model.
  public var movesFeatures: Bool { scenario.responses.contains { $0.component.movesFeatures } }

  /// The model that follows one that has served the whole window, its originals excepted; `nil` where moments are not finite.
  public func retrained(_ model: PopulationModel, in cycle: Int) -> PopulationModel? { fit(window(full: model, in: cycle), after: cycle) }

  /// A window whose rows one model has served, its originals excepted.
  func window(full model: PopulationModel, in cycle: Int) -> Moments {
    let untouched = untouched(in: cycle)
    let responded = logged(responding(untouched, toOnly: model, in: cycle))
    let originals = scenario.retraining.component.window.originals ?? 0
    return .mixed([(responded, 1 - originals)] + (originals > 0 ? [(untouched, originals)] : []))
  }

  /// Moments as training reads them in a cycle.
  func trained(_ moments: Moments, in cycle: Int) -> Moments {
    table == nil ? read(moments, columns: 0..<features.count, by: .training, in: cycle) : moments
  }

  /// The model that a fit on a window with these moments gives; `nil` where they are not finite.
  public func fit(_ window: Moments, after cycle: Int) -> PopulationModel? {
    guard window.mean.allSatisfy(\.isFinite), window.cross.isFinite else { return nil }
    let trained = trained(window, in: cycle)
    guard let sides = sides(fittedOn: trained) else { return nil }
    let encoded = table != nil || scenario.pipeline.steps.isEmpty ? trained : trained.mapping(leading: sides.map)
    guard let fit = try? scenario.learner.component.fit(TrainingData(moments: encoded, features: scenario.pipeline.output.names)),
      fit.predictor.isFinite
    else { return nil }
    let predictor = table == nil ? fit.predictor.composed(after: sides.map) : fit.predictor
    return PopulationModel(
      fittedIn: cycle, predictor: predictor, encoded: fit.predictor, pipeline: sides.pipeline, servingMaps: sides.serving,
      own: PredictionSums(predictor, over: trained), isRaw: table == nil)
  }

  /// Both sides fitted on moments as training reads them: the training side, the map that it is of the features that the loop keeps, and the maps that serving sides with other steps are; `nil` where a
  /// side cannot be fitted.
  func sides(fittedOn moments: Moments) -> (pipeline: FittedPipeline, map: AffineMap, serving: [[Int]: AffineMap])? {
    if let table { return (table.pipeline, .identity(features.count), [:]) }
    // Steps that count rows meet many.
    var moments = moments
    moments.scale(by: FinitePopulation.count / moments.weight)
    guard let pipeline = scenario.pipeline.fit(moments), let map = pipeline.affineMap else { return nil }
    var serving: [[Int]: AffineMap] = [[]: map]
    for (set, recipe) in scenario.sidePipelines {
      guard let fitted = scenario.fit(recipe, with: set, on: moments, beside: pipeline)?.affineMap else { return nil }
      serving[set] = fitted
    }
    return (pipeline, map, serving)
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
  /// What serving sides with other steps make of the raw features, by the discrepancies that act.
  let servingMaps: [[Int]: AffineMap]
  /// The model on the window it was fitted on.
  public internal(set) var own: PredictionSums
  /// Whether the features kept are raw.
  let isRaw: Bool
  /// The model on each group of the window; none where groups are not told apart.
  var ownByGroup: [PredictionSums] = []

  /// Whether another has the same numbers, whenever it was fitted.
  func isSame(as other: PopulationModel) -> Bool {
    predictor == other.predictor && encoded == other.encoded && own == other.own && ownByGroup == other.ownByGroup
  }

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

extension Moments {
  /// Moments of (features…, outcome) after features have moved: x + Σ share·(Fθ + u), u the same noise for every model.
  fileprivate func moved(_ one: AffineFeatureCase, _ answered: [PopulationLoop.Answered]) -> Moments {
    let d = one.gain.rows, total = answered.reduce(0) { $0 + $1.share }
    var mean = mean, cross = cross
    for (share, model) in answered { for (j, step) in one.gain.times(model.predictor.weights).enumerated() { mean[j] += share * step } }
    if let noise = one.noise { for j in 0..<d { for i in 0..<d { cross[i, j] += weight * total * total * noise[i, j] } } }
    return Moments(weight: weight, mean: mean, cross: cross, count: count)
  }
}
