public import SkewlabNumerics

/// The cycles of a ``PopulationLoop``, one after another: what every squared-loss metric is without sampling error.
public struct PopulationPath: Sendable {
  /// One cycle.
  public struct Record: Sendable {
    /// The cycle.
    public let cycle: Int
    /// The model that served; `nil` in cycle 0.
    public let model: PopulationModel?
    /// The metrics' values, in the order of `Scenario.columns`; `nil` for those that moments do not tell.
    public let values: [Double?]
    /// Moments of (features…, outcome) with nothing predicted, and as logged.
    public let untouched: Moments, logged: Moments
    /// The model fitted at its end; `nil` when none was.
    public let fitted: PopulationModel?
  }

  /// The loop.
  public let loop: PopulationLoop
  /// The model that serves next; `nil` before cycle 0.
  public private(set) var model: PopulationModel?
  /// Whether it has ended: after the last cycle, where numbers grew beyond ``Simulation/divergenceBound``, or where probabilities would leave [0, 1].
  public private(set) var hasEnded = false
  private var next = 0
  private var fits = 0
  private var log: [(cycle: Int, rows: PopulationRows)] = []
  private var originals: PopulationRows?
  /// Untouched rows and their best predictor, in a world that stays as it is.
  private let steady: (untouched: PopulationRows, best: LinearPredictor)?
  /// The run's own responses, where they move the groups' shares.
  private var responses: [any Response]
  /// The models that served, the last one first.
  private var served: [PopulationModel] = []
  /// Whether the next model depends on the present one alone, in every cycle alike.
  private let forgetsAll: Bool
  /// What a cycle measures and logs, once the model is what follows it to the last bit.
  private var settled: (measured: Measurements, logged: Moments)?

  /// The path before its cycle 0.
  public init(_ loop: PopulationLoop) {
    self.loop = loop
    steady = loop.scenario.shifts.isEmpty ? (loop.rows(in: 0), loop.best(in: 0)) : nil
    let policy = loop.scenario.retraining.component
    forgetsAll =
      loop.isSteady && !loop.hasMemory && !loop.movesMembership && policy.window == Window(.cycles(1))
      && (1...loop.scenario.cycles).allSatisfy { policy.isScheduled(after: $0) == true }
    responses = loop.movesMembership ? loop.scenario.responses.map(\.component) : []
  }

  /// Does the next cycle; `nil` at the end.
  public mutating func step() -> Record? {
    let scenario = loop.scenario
    guard !hasEnded, next <= scenario.cycles else { return nil }
    let cycle = next
    if var measured = settled?.measured, let logged = settled?.logged, let model, let steady {
      measured.fits = fits
      fits += 1
      next += 1
      return Record(
        cycle: cycle, model: model, values: loop.values(measured), untouched: steady.untouched.all, logged: logged, fitted: model)
    }
    if let model, !loop.keepsProbabilities(model.predictor, in: cycle) {
      hasEnded = true
      return nil
    }
    let untouched = steady?.untouched ?? loop.rows(in: cycle)
    var met = untouched
    if let model {
      served.insert(model, at: 0)
      for index in responses.indices { responses[index].beginCycle(deployed: model.deployed) }
      if !responses.isEmpty { met = loop.rows(in: cycle, respondingTo: responses) }
    }
    served.removeLast(max(0, served.count - loop.memoryLength))
    let responded = loop.responding(met, to: served, in: cycle)
    let logged = responded.map(loop.logged) ?? untouched
    let measured = loop.measurements(of: model, untouched, responded, best: steady?.best, cycle: cycle, fits: fits)
    if let served = measured.served, !(served.meanSquaredError < Simulation.divergenceBound) {
      hasEnded = true
      return nil
    }
    if model != nil { for index in responses.indices { responses[index].endCycle(groups: measured.servedByGroup) } }
    let values = loop.values(measured)
    let serving = model
    var fitted: PopulationModel?
    let policy = scenario.retraining.component
    if cycle == 0, policy.window.originals != nil {
      originals = logged
    } else {
      log.append((cycle, logged))
      log.removeAll { policy.window.rows(age: cycle - $0.cycle, of: scenario.rows).isEmpty }
    }
    if cycle == 0 || policy.isScheduled(after: cycle) == true {
      fitted = loop.fit(loop.window(log.map { (cycle - $0.cycle, $0.rows) }, originals: originals), after: cycle)
      hasEnded = fitted == nil
      if forgetsAll, let fitted, let model, fitted.isSame(as: model) { settled = (measured, logged.all) }
      model = fitted ?? model
      fits += 1
    }
    next += 1
    return Record(cycle: cycle, model: serving, values: values, untouched: untouched.all, logged: logged.all, fitted: fitted)
  }

  /// All cycles.
  public mutating func run() -> [Record] {
    var records: [Record] = []
    while let record = step() { records.append(record) }
    return records
  }
}

extension PopulationLoop {
  /// The metrics of what was measured; nothing that is not finite.
  func values(_ measured: Measurements) -> [Double?] {
    scenario.metrics.flatMap { $0.component.values(measured, for: scenario.traits) }.map { $0.flatMap { $0.isFinite ? $0 : nil } }
  }

  /// What a cycle of infinitely many rows measures.
  func measurements(
    of model: PopulationModel?, _ untouched: PopulationRows, _ responded: MeetingRows?, best known: LinearPredictor? = nil, cycle: Int,
    fits: Int
  ) -> Measurements {
    guard let model, let responded else { return .nothing }
    let traits = scenario.traits, best = known ?? best(in: cycle), twin = meet(untouched, model, in: cycle)
    let line = PredictionSums(best, over: untouched.all), truth = table?.truth(in: cycle, best: line)
    let servedBest = traits.hasServedBest && truth == nil ? bestServed(best, model: model, served: responded.all.served) : nil
    return Measurements(
      model: model.deployed, offline: traits.hasEvaluation ? model.own : nil, offlineInUnits: nil,
      served: responded.all.sums, untouched: twin.all.sums, best: traits.hasBest ? truth ?? line : nil,
      servedBest: servedBest.map { PredictionSums($0, over: responded.all.moments) },
      servedInUnits: nil, untouchedInUnits: nil, bestInUnits: nil, bestPredictor: traits.hasRawParameters ? best : nil, fits: fits,
      runtime: nil, parity: nil, performative: nil, servedByGroup: responded.groups.map(\.sums), untouchedByGroup: twin.groups.map(\.sums),
      offlineByGroup: traits.hasEvaluation ? model.ownByGroup : [])
  }

  /// The metrics of a model that is kept for good, its window full of rows that it has served.
  ///
  /// - Parameters:
  ///   - predictor: On the features that the loop keeps.
  ///   - encoded: On encoded features.
  ///   - cycle: Under whose conditions.
  public func limit(_ predictor: LinearPredictor, encoded: LinearPredictor, cycle: Int) -> (model: PopulationModel, values: [Double?]) {
    let rows = rows(in: cycle), untouched = rows.all
    let trained = trained(untouched, in: cycle)
    guard let sides = sides(fittedOn: trained) else {
      preconditionFailure("a loop without obstacles has finite moments")
    }
    var model = PopulationModel(
      fittedIn: cycle, predictor: predictor, encoded: encoded, pipeline: sides.pipeline, servingMaps: sides.serving,
      own: PredictionSums(predictor, over: trained), isRaw: !isTable)
    // Noise that follows the model's own error settles geometrically; without it the first step is the last.
    for _ in 0..<100_000 {
      let own = PredictionSums(predictor, over: self.trained(window(full: model, in: cycle), in: cycle))
      if own == model.own { break }
      model.own = own
    }
    let responded = responding(rows, toOnly: model, in: cycle)
    model.ownByGroup = logged(responded).map { self.trained($0, in: cycle) }.sums(of: predictor)
    return (model, values(measurements(of: model, rows, responded, cycle: cycle, fits: 1)))
  }

  /// How many models count, the present one among them.
  var memoryLength: Int {
    scenario.responses.map { $0.component.memory?.law.weights(scenario.cycles).count ?? 1 }.max() ?? 1
  }

  /// Whether a response remembers earlier models.
  public var hasMemory: Bool { scenario.responses.contains { $0.component.memory != nil } }

  /// The best prediction of the outcome as served, given the model, on the columns that it meets: every response's mean effect on the best prediction of the untouched one.
  func bestServed(_ best: LinearPredictor, model: PopulationModel, served: LinearPredictor) -> LinearPredictor {
    let room = served.weights.count
    func padded(_ weights: [Double]) -> [Double] { weights + Array(repeating: 0, count: room - weights.count) }
    var result = LinearPredictor(intercept: best.intercept, weights: padded(best.weights))
    let w = model.predictor.weights
    for response in scenario.responses {
      guard let form = response.component.affineForm else { continue }
      let moved = padded(form.weightsThroughFeatures?.times(w) ?? [])
      result.weights = result.weights.indices.map { form.outcome * result.weights[$0] + form.served * served.weights[$0] + moved[$0] }
      result.intercept = form.outcome * result.intercept + form.served * served.intercept + (form.weightsOffset.map { dot($0, w) } ?? 0)
    }
    return result
  }
}
