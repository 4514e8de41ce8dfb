internal import SkewlabEngine
internal import SkewlabNumerics

/// The contract of a retraining policy.
enum RetrainingChecks {
  static let all = [NamedCheck(.retrainingDeterministic, deterministic)]

  @Sendable private static func deterministic(_ subject: Subject) throws(ScenarioError) -> [String] {
    let policy = subject.scenario.retraining.component
    let forward = (1...40).map { policy.fits(after: $0) }
    let backward = Array((1...40).reversed().map { policy.fits(after: $0) }.reversed())
    if forward != backward { return ["whether a cycle fits depends on which cycles were asked about before"] }
    for age in 0...40 where !(policy.window.weight(age: age) >= 0 && policy.window.weight(age: age) <= 1) {
      return ["rows of age \(age) weigh \(decimalText(policy.window.weight(age: age))), which is not in [0, 1]"]
    }
    return policy.window.weight(age: 0) > 0 ? [] : ["the window leaves out the cycle at whose end the fit is"]
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

  /// Every combination of what a scenario can measure.
  private static let traits: [MeasurementTraits] = (0..<2048).map { bits in
    func has(_ bit: Int) -> Bool { bits >> bit & 1 == 1 }
    let time: RuntimeTraits = has(6) ? .time : [], memory: RuntimeTraits = has(7) ? .memory : []
    return MeasurementTraits(
      hasEvaluation: has(0), keepsRows: has(1), hasBest: has(2), hasServedBest: has(3), hasRawParameters: has(4), hasUnits: has(5),
      runtime: time.union(memory), measuresParity: has(8), isClassification: has(9), keepsPairs: has(10))
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
