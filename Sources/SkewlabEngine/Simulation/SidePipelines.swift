internal import SkewlabNumerics

/// The step discrepancies that act on a side in a cycle, by their indices.
struct ActiveSteps: Hashable, Sendable {
  /// At most so many may touch a share of the rows at once: each doubles the code that a side runs.
  static let partialLimit = 6

  /// Those on every row.
  let whole: [Int]
  /// Those on rows that each of them chooses.
  let partial: [Int]

  /// All of them: what a row meets that every partial one has chosen.
  var complete: [Int] { (whole + partial).sorted() }

  /// Every set of them that a row can meet: bit b of a set's place says whether it has the b-th partial one.
  var sets: [[Int]] {
    (0..<1 << partial.count).map { place in
      (whole + partial.enumerated().filter { place >> $0.offset & 1 == 1 }.map(\.element)).sorted()
    }
  }
}

/// A side with its state: one pipeline where every row meets the same steps, one for each set of discrepancies (``ActiveSteps/sets``) where rows choose.
struct SidePipelines: Sendable {
  let pipelines: [FittedPipeline]
  /// The one of a row that every discrepancy has chosen.
  var complete: FittedPipeline { pipelines[pipelines.count - 1] }
  private let choosing: [DiscrepancyScope]

  init(_ pipelines: [FittedPipeline], of active: ActiveSteps, in scenario: Scenario) {
    self.pipelines = pipelines
    choosing = active.partial.map { scenario.discrepancies[$0].component.scope }
  }

  /// A side where every row meets the same steps.
  init(_ pipeline: FittedPipeline) {
    pipelines = [pipeline]
    choosing = []
  }

  /// The place of the pipeline that a row goes through.
  func place(ofRow row: Int, at position: RandomStream.Position) -> Int {
    choosing.enumerated().reduce(0) { $0 | ($1.element.touches(row: row, at: position) ? 1 << $1.offset : 0) }
  }

  /// The same side with those steps fitted on rows that are being served that a discrepancy fits on them.
  func fitted(toServed rows: Rows, _ active: ActiveSteps, in scenario: Scenario) -> SidePipelines {
    let ones = Array(repeating: 1.0, count: rows.count)
    var refitted = pipelines
    for (place, set) in active.sets.enumerated() {
      guard let recipe = scenario.sidePipelines[set] else { continue }
      var known: [Int: any FittedTransform] = [:]
      for (index, step) in recipe.origins.enumerated() where scenario.statisticsRows(of: step, in: set) != .served {
        known[index] = pipelines[place].steps[index]
      }
      if known.count < recipe.steps.count { refitted[place] = recipe.fit(rows.features, weights: ones, known: known).0 }
    }
    return SidePipelines(refitted, of: active, in: scenario)
  }
}

extension Scenario {
  /// The step discrepancies that act on a side in a cycle.
  func activeSteps(on side: Side, cycle: Int) -> ActiveSteps {
    Self.activeSteps(discrepancies, on: side, cycle: cycle)
  }

  static func activeSteps(_ discrepancies: [Installed<any Discrepancy>], on side: Side, cycle: Int) -> ActiveSteps {
    let active = discrepancies.indices.filter {
      let component = discrepancies[$0].component
      return component is any StepDiscrepancy && component.scope.isActive(on: side, cycle: cycle) && component.scope.share > 0
    }
    return ActiveSteps(
      whole: active.filter { discrepancies[$0].component.scope.share == 1 },
      partial: active.filter { discrepancies[$0].component.scope.share < 1 })
  }

  /// The sets of step discrepancies that rows meet on a side in some later cycle.
  func stepSets(on side: Side, after cycle: Int) -> [[Int]] {
    // What acts changes only where some discrepancy begins or ends.
    let changes = discrepancies.flatMap { [$0.component.scope.from, ($0.component.scope.until ?? cycles) + 1] } + [cycle + 1]
    let sets = changes.filter { $0 > cycle && $0 <= cycles }.flatMap { activeSteps(on: side, cycle: $0).sets }
    return Set(sets.filter { !$0.isEmpty }).sorted { $0.lexicographicallyPrecedes($1) }
  }

  /// The rows that the state of a step comes from where a side runs with these discrepancies; `nil` for those of its time.
  func statisticsRows(of step: PipelineStep, in set: [Int]) -> StatisticsRows? {
    set.compactMap { (discrepancies[$0].component as? any StepDiscrepancy)?.rows(of: step) }.last
  }

  /// The oldest state of a step that a discrepancy asks for, in cycles; `nil` when none does.
  var oldestState: Int? {
    discrepancies.indices.flatMap { index in
      steps.compactMap { step -> Int? in
        guard case .window(let age) = statisticsRows(of: step, in: [index]) else { return nil }
        return age
      }
    }.max()
  }

  /// Whether a side with these discrepancies is a version that fits every step itself.
  func fitsOwnState(_ active: [Int]) -> Bool {
    active.contains { (discrepancies[$0].component as? any StepDiscrepancy)?.fitsOwnState ?? false }
  }

  /// The training side's state of a step, if it runs the same step on columns of the same kind.
  func shippedState(
    of step: PipelineStep, input: Schema, _ shipped: (active: [Int], fitted: FittedPipeline)
  ) -> (any FittedTransform)? {
    guard let position = step.position, !step.isAltered else { return nil }
    let recipe = sidePipelines[shipped.active] ?? pipeline
    guard let index = recipe.origins.firstIndex(where: { $0.position == position && !$0.isAltered }), recipe.schemas[index] == input else {
      return nil
    }
    return shipped.fitted.steps[index]
  }

  /// Whether some of these discrepancies fit a step on the rows that are being served.
  func fitsStepsToServedRows(_ active: ActiveSteps) -> Bool {
    (active.whole + active.partial).contains { index in steps.contains { statisticsRows(of: $0, in: [index]) == .served } }
  }

  /// Whether rows of the log have to say where they were drawn: some rows of a window are chosen for a step.
  var choosesWindowRows: Bool {
    discrepancies.indices.contains { index in
      guard let discrepancy = discrepancies[index].component as? any StepDiscrepancy else { return false }
      let samples = steps.contains { if case .sample = discrepancy.rows(of: $0) { true } else { false } }
      return samples || discrepancy.scope.side == .training && discrepancy.scope.share < 1
    }
  }
}
