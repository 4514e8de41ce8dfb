internal import SkewlabEngine
internal import SkewlabNumerics

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// The contract of a retraining policy, on cycles made up for it: every column of the scenario's metrics, with a jump in the middle so that there is something to see.
enum RetrainingChecks {
  static let all = [NamedCheck(.retrainingDeterministic, deterministic), NamedCheck(.retrainingColumns, columns)]

  private static let cycles = 40
  private static let jump = Blocks.normals("retraining/values").map { exp2(0.2 * $0) }

  /// What a policy answers to cycles from `first` on; `model` is the cycle at whose end the model that serves was fitted.
  private static func answers(
    _ policy: inout any Retraining, _ scenario: Scenario, _ range: ClosedRange<Int>, model: inout Int, hiding hidden: Set<String> = []
  ) -> [Bool] {
    range.map { cycle in
      let values = scenario.columns.enumerated().map { index, column -> Double? in
        hidden.contains(column) ? nil : jump[(cycle * 7 + index) % jump.count] * (cycle < cycles / 2 ? 1 : 4)
      }
      let answer = policy.fits(
        after: ServedCycle(cycle: cycle, modelFittedIn: model, columns: scenario.columns, values: values))
      if answer { model = cycle }
      return answer
    }
  }

  @Sendable private static func deterministic(_ subject: Subject) throws(ScenarioError) -> [String] {
    let scenario = subject.scenario, fresh = scenario.retraining.component
    var first = fresh, model = 0
    let start = answers(&first, scenario, 1...15, model: &model)
    var copy = first, copied = model
    _ = answers(&copy, scenario, 16...25, model: &copied)
    let whole = start + answers(&first, scenario, 16...cycles, model: &model)
    var second = fresh, again = 0
    return answers(&second, scenario, 1...cycles, model: &again) == whole
      ? [] : ["two copies that see the same cycles choose others to fit after"]
  }

  @Sendable private static func columns(_ subject: Subject) throws(ScenarioError) -> [String] {
    let scenario = subject.scenario, policy = scenario.retraining.component
    let hidden = Set(scenario.columns).subtracting(policy.metricColumns)
    var first = policy, second = policy, models = (0, 0)
    return answers(&first, scenario, 1...cycles, model: &models.0)
      == answers(&second, scenario, 1...cycles, model: &models.1, hiding: hidden)
      ? [] : ["its choice depends on metrics that `metricColumns` does not name"]
  }
}

/// The contract of a detector.
enum DetectorChecks {
  static let all = [NamedCheck(.detectorDeterministic, deterministic)]

  @Sendable private static func deterministic(_ subject: Subject) throws(ScenarioError) -> [String] {
    guard let fresh = subject.scenario.monitors.first(where: { type(of: $0.detector.component) == subject.type })?.detector.component else {
      return []
    }
    // A jump in the middle, so that detectors have something to see.
    let signal = Blocks.normals("signal").enumerated().map { $1 + ($0 < Blocks.count / 2 ? 0 : 3) }
    func alarms(_ detector: inout any Detector, _ values: ArraySlice<Double>) -> [Int?] { values.map { detector.update([$0].span) } }
    var first = fresh
    let start = alarms(&first, signal.prefix(100))
    var copy = first
    _ = alarms(&copy, signal.prefix(50))
    let whole = start + alarms(&first, signal.dropFirst(100))
    var second = fresh
    return alarms(&second, signal[...]) == whole ? [] : ["two copies that are fed the same raise different alarms"]
  }
}

/// The contract of a metric.
enum MetricChecks {
  static let all = [NamedCheck(.metricColumns, columns), NamedCheck(.metricNames, names)]

  /// Names that are alike in a column's name, in several ways.
  private static let groups = [["a b", "A-B", "?"], ["a 3", "a", "A"], ["2", "ä"]]

  /// Every combination of what a scenario can measure.
  private static let traits: [MeasurementTraits] = (0..<16384).map { bits in
    func has(_ bit: Int) -> Bool { bits >> bit & 1 == 1 }
    let time: RuntimeTraits = has(6) ? .time : [], memory: RuntimeTraits = has(7) ? .memory : []
    return MeasurementTraits(
      hasEvaluation: has(0), keepsRows: has(1), hasBest: has(2), hasServedBest: has(3), hasRawParameters: has(4), hasUnits: has(5),
      runtime: time.union(memory), measuresParity: has(8), hasPerformativeRisk: has(9), hasLeastRisk: has(13),
      isClassification: has(10), keepsPairs: has(11), groups: has(12) ? groups[bits % 3] : [], measuresGroups: has(12))
  }

  private static func metric(_ subject: Subject) -> (any Metric)? {
    subject.scenario.metrics.first { type(of: $0.component) == subject.type }?.component
  }

  @Sendable private static func columns(_ subject: Subject) throws(ScenarioError) -> [String] {
    guard let metric = metric(subject) else { return [] }
    for traits in traits {
      let columns = metric.columns(for: traits).count, values = metric.values(.nothing, for: traits).count
      if columns != values { return ["\(columns) columns and \(values) values for \(traits)"] }
    }
    for record in Records(subject.scenario).records where record.values.count != record.columns.count {
      return ["\(record.columns.count) columns and \(record.values.count) values in cycle \(record.cycle)"]
    }
    return []
  }

  @Sendable private static func names(_ subject: Subject) throws(ScenarioError) -> [String] {
    guard let metric = metric(subject) else { return [] }
    for traits in traits {
      let columns = metric.columns(for: traits)
      if let name = columns.first(where: { !DeclarationChecks.isWords($0, joinedBy: "_") }) {
        return ["the column '\(name)' is not in snake case"]
      }
      if Set(columns).count != columns.count { return ["a column is there twice in \(columns)"] }
    }
    return []
  }
}
