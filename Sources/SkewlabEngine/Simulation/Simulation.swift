internal import SkewlabNumerics

/// One replicate of a scenario: the loop, cycle by cycle. Nothing else in Skewlab steps cycles.
///
/// A simulation is a value: a copy goes on by itself. The same scenario and replicate give the same records, for any chunk size.
/// ```swift
/// var simulation = Simulation(scenario, replicate: 0)
/// while let record = simulation.step() { print(record.cycle, record["served_loss"] ?? .nan) }
/// ```
public struct Simulation: Sendable {
  /// Sums run over blocks of so many rows, in row order; chunks are multiples of a block, so that their size changes nothing.
  public static let blockRows = 1024

  /// What is simulated.
  public let scenario: Scenario
  /// Which of the independent repetitions this is, from 0.
  public let replicate: Int
  /// Rows drawn at a time.
  public let chunkRows: Int
  /// The last cycle done; `nil` before cycle 0.
  public private(set) var cycle: Int?
  /// The model that serves next; `nil` before cycle 0.
  public private(set) var model: DeployedModel?
  /// How it ended; `nil` while it goes on.
  public private(set) var ending: RunEnding?
  /// Models fitted so far.
  public private(set) var fits = 0

  /// The model that served before ``model``.
  private var previousModel: DeployedModel?
  /// The model that served in the last cycle, and the discrepancies that acted on the serving side then.
  private var serving: (fittedIn: Int, active: [Int])?
  private var log: Log
  /// The pipeline as earlier fits left it, where a discrepancy asks for old states.
  private var history: [(cycle: Int, pipeline: FittedPipeline)] = []
  /// The sum of the excess losses of the cycles served.
  private var excessSoFar = 0.0
  private var responses: [any Response]
  private var runtime: any Runtime
  private var policy: any Retraining
  private var detectors: [any Detector]
  /// What the performative risk is computed from, under the conditions and discrepancies of the last cycle that asked; for a table, as the model of that cycle encodes its rows.
  private var risks: (conditions: WorldConditions, active: [[Int]], fittedIn: Int, risks: PerformativeRisks?)?
  /// The population's loop, where a metric asks for the performative risk and a cycle has asked.
  private var population: PopulationLoop?
  private var workspace: Workspace?
  private let evaluationStream: RandomStream

  /// A simulation before its cycle 0.
  ///
  /// - Parameters:
  ///   - scenario: What to simulate.
  ///   - replicate: Which repetition, from 0.
  ///   - chunkRows: Rows drawn at a time: a multiple of ``blockRows``. By default as many as keep a chunk within a core's cache.
  public init(_ scenario: Scenario, replicate: Int = 0, chunkRows: Int? = nil) {
    let columns = scenario.world.component.schema.count + scenario.pipeline.output.count
    let fitting = max(1, min(8, 131_072 / max(1, columns) / Self.blockRows)) * Self.blockRows
    let chunk = chunkRows ?? fitting
    precondition(chunk > 0 && chunk % Self.blockRows == 0, "a chunk is a multiple of \(Self.blockRows) rows")
    self.scenario = scenario
    self.replicate = replicate
    self.chunkRows = chunk
    log = Log(scenario)
    responses = scenario.responses.map(\.component)
    runtime = scenario.runtime.component
    policy = scenario.retraining.component
    detectors = scenario.monitors.map(\.detector.component)
    evaluationStream = RandomStream(seed: scenario.seed, name: "evaluation/share/row")
  }

  /// Goes back to before cycle 0, of the same or another replicate.
  public mutating func reset(replicate: Int? = nil) {
    self = Simulation(scenario, replicate: replicate ?? self.replicate, chunkRows: chunkRows)
  }

  /// Does so many cycles, or all that are left, and gives their records.
  public mutating func run(cycles: Int = .max) -> [CycleRecord] {
    var records: [CycleRecord] = []
    while records.count < cycles, let record = step() { records.append(record) }
    return records
  }

  /// Does the next cycle, 0 the first time; `nil` when the run has ended.
  public mutating func step() -> CycleRecord? {
    guard ending == nil else { return nil }
    let next = cycle.map { $0 + 1 } ?? 0
    if next > scenario.cycles {
      ending = .completed
      return nil
    }
    if let available = scenario.world.component.cyclesAvailable(rows: scenario.rows), next >= available {
      ending = .outOfRows(cycle: next)
      return nil
    }
    let position = RandomStream.Position(replicate: replicate, cycle: next), conditions = scenario.conditions(at: position)
    if let model {
      for index in responses.indices { responses[index].beginCycle(deployed: model) }
      if responses.contains(where: { $0.movesMembership }) {
        let everyone = scenario.world.component.shares(conditions, respondingTo: responses).reduce(0, +)
        guard everyone > 0, everyone.isFinite else {
          ending = everyone == 0 ? .everyoneLeft(cycle: next) : .diverged(cycle: next)
          return nil
        }
      }
    }
    let (rowsMeasured, pipeline) = pass(at: position, cycle: next, conditions: conditions)
    var measured = rowsMeasured
    if let lost = loss(of: measured) {
      ending = lost.isNaN ? .missingValue(cycle: next) : .diverged(cycle: next)
      return nil
    }
    if model != nil, responses.contains(where: { $0.movesMembership }) {
      for index in responses.indices { responses[index].endCycle(groups: measured.servedByGroup) }
    }
    Work.metrics.begin()
    defer { Work.other.begin() }
    if let untouched = measured.untouched, let best = measured.best {
      excessSoFar += untouched.meanLoss - best.meanLoss
      measured.excessSoFar = (excessSoFar, next)
    }
    // A metric that overflows although the losses do not (an exponential, say) has no value; nothing that is not finite is ever written.
    let values = metricValues(measured).map { value in value.flatMap { $0.isFinite ? $0 : nil } }
    let alarms = alarms(measured, cycle: next)
    let deployed = deployment(in: next, through: pipeline), columns = scenario.columns
    Work.fit.begin()
    var fitted: LinearFit?
    if fits(after: next, columns: columns, values: values, alarms: alarms) {
      do throws(FitError) {
        let candidate = try Trainer(scenario: scenario, history: history, start: model?.predictor).fit(log, cycle: next)
        if candidate.predictor.isFinite {
          previousModel = model
          model = candidate
          fits += 1
          remember(candidate)
          fitted = LinearFit(
            predictor: candidate.predictor, deficientRank: candidate.deficientRank, certificate: candidate.certificate)
        } else {
          ending = .diverged(cycle: next)
        }
      } catch {
        ending = .learnerFailed(cycle: next, reason: error)
      }
    }
    cycle = next
    if next == scenario.cycles, ending == nil { ending = .completed }
    return CycleRecord(cycle: next, columns: columns, values: values, deployed: deployed, fitted: fitted, alarms: alarms)
  }

  /// What serves now, unless it is what served in the cycle before.
  private mutating func deployment(in cycle: Int, through pipeline: FittedPipeline?) -> Deployment? {
    guard let model, let pipeline else { return nil }
    let active = scenario.active(on: .serving, cycle: cycle)
    let isFittedAnew = scenario.fitsStepsToServedRows(scenario.activeSteps(on: .serving, cycle: cycle))
    if let serving, serving.fittedIn == model.fittedIn, serving.active == active, !isFittedAnew { return nil }
    serving = (model.fittedIn, active)
    return Deployment(model, servedThrough: pipeline, of: scenario, cycle: cycle)
  }

  /// Whether to fit at the end of a cycle: after cycle 0, and whenever the policy says so.
  private mutating func fits(after cycle: Int, columns: [String], values: [Double?], alarms: [Alarm]) -> Bool {
    guard let model else { return true }
    return policy.fits(
      after: ServedCycle(cycle: cycle, modelFittedIn: model.fittedIn, columns: columns, values: values, alarms: alarms))
  }

  /// Keeps a fitted pipeline as long as some discrepancy may ask for it.
  private mutating func remember(_ model: DeployedModel) {
    guard let oldest = scenario.oldestState else { return }
    history.append((model.fittedIn, model.servingPipeline([])))
    // The first stays: it stands in until there is one old enough.
    while history.count > 2, history[2].cycle <= model.fittedIn - oldest { history.remove(at: 1) }
  }

  /// A served or untouched loss of this size ends a run as diverged: squares of such losses would overflow. Which metrics are listed has no part in it.
  public static let divergenceBound = 1e150

  /// The loss that ends the run: one beyond ``divergenceBound``, or NaN where a prediction or an outcome is missing; `nil` when there is none.
  private func loss(of measured: Measurements) -> Double? {
    [measured.served, measured.untouched].compactMap { $0?.meanSquaredError }.first { !($0 < Self.divergenceBound) }
  }

  // MARK: Steps 1 to 6

  /// What was measured, and the serving side's steps.
  private mutating func pass(
    at position: RandomStream.Position, cycle: Int, conditions: WorldConditions
  ) -> (Measurements, FittedPipeline?) {
    var pass = CyclePass(
      scenario: scenario, responses: responses, model: model, previousModel: previousModel, position: position, cycle: cycle,
      conditions: conditions)
    var work =
      workspace
      ?? Workspace(
        schema: scenario.world.component.schema, chunkRows: min(chunkRows, Self.roundedUp(scenario.rows)),
        hasIdentities: scenario.world.component.everyRow != nil, logsMoments: !log.keepsRows, forgetting: log.forgetting,
        keepsScores: scenario.traits.isClassification)
    workspace = nil
    runtime.beginCycle(at: position)
    var entry = log.beginEntry(cycle: cycle, dimension: pass.columns + 1)
    if log.keepsRows {
      entry.rows = Rows(
        schema: scenario.world.component.schema, capacity: scenario.rows, hasIdentities: scenario.world.component.everyRow != nil)
      if scenario.traits.measuresGroups { entry.rows?.groups = Array(repeating: 0, count: scenario.rows) }
      entry.rows?.position = position
      entry.rows?.range = 0..<scenario.rows
    }
    for start in stride(from: 0, to: scenario.rows, by: work.twin.capacity) {
      let range = start..<min(start + work.twin.capacity, scenario.rows)
      Work.world.begin()
      pass.draw(range, into: &work.twin)
      pass.serve(&work, runtime: &runtime)
      Work.moments.begin()
      markEvaluation(&work, at: position)
      pass.log(&work, into: &entry, cut: log.cut)
    }
    workspace = work
    log.append(entry)
    Work.other.begin()
    let measured = pass.measurements(
      fits: fits, runtime: model == nil ? nil : runtime.endCycle(), performative: performativeRisk(cycle: cycle, conditions))
    return (measured, pass.servingPipeline)
  }

  /// The performative risk of the model in a cycle, where a metric asks for it.
  private mutating func performativeRisk(cycle: Int, _ conditions: WorldConditions) -> PerformativeRisk? {
    guard scenario.traits.hasPerformativeRisk, let model else { return nil }
    population = population ?? PopulationLoop(scenario, replicate: replicate)
    let isTable = population?.isTable == true, active = Side.allCases.map { scenario.active(on: $0, cycle: cycle) }
    if risks?.conditions != conditions || risks?.active != active || isTable && risks?.fittedIn != model.fittedIn, let loop = population {
      let encoded = loop.moments(encodedBy: model.servingPipeline([]), in: cycle)
      risks = (conditions, active, model.fittedIn, PerformativeRisks(loop, cycle: cycle, encoded: encoded))
    }
    guard let known = risks?.risks else { return nil }
    return known.risk(model).map { PerformativeRisk(risk: $0, least: known.least) }
  }

  private static func roundedUp(_ rows: Int) -> Int { (rows + blockRows - 1) / blockRows * blockRows }

  /// Rows are kept for evaluation by a random number of their own; copies of a table's row share theirs, in every cycle.
  private func markEvaluation(_ work: inout Workspace, at position: RandomStream.Position) {
    guard scenario.evaluationShare > 0 else { return }
    if work.twin.identities.isEmpty {
      let range = work.twin.range
      var numbers = work.seen.taken()
      var span = numbers.mutableSpan
      var part = span._mutatingExtracting(0..<range.count)
      evaluationStream.uniforms(at: position, rows: range, into: &part)
      for i in 0..<range.count { work.isEvaluation[i] = numbers[i] < scenario.evaluationShare }
      work.seen = numbers
    } else {
      let fixed = RandomStream.Position(replicate: replicate, cycle: 0)
      for i in 0..<work.twin.count {
        work.isEvaluation[i] = evaluationStream.uniform(at: fixed, row: work.twin.identities[i]) < scenario.evaluationShare
      }
    }
  }

  private func metricValues(_ measured: Measurements) -> [Double?] {
    scenario.metrics.flatMap { $0.component.values(measured, for: scenario.traits) }
  }

  private mutating func alarms(_ measured: Measurements, cycle: Int) -> [Alarm] {
    var alarms: [Alarm] = []
    for (index, monitor) in scenario.monitors.enumerated() {
      guard let served = measured.served else { continue }
      let value =
        switch monitor.signal {
        case .servedLoss: served.meanLoss
        case .meanPrediction: served.meanPrediction
        }
      if detectors[index].update([value].span) != nil {
        alarms.append(Alarm(cycle: cycle, monitor: monitor.detector.id, signal: monitor.signal))
      }
    }
    return alarms
  }
}
