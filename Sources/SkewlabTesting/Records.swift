internal import SkewlabEngine

/// The records of a run, to be compared bit by bit.
struct Records: Sendable {
  let records: [CycleRecord]
  let ending: RunEnding?

  /// A whole run.
  init(_ scenario: Scenario, chunkRows: Int? = nil) {
    var simulation = Simulation(scenario, chunkRows: chunkRows)
    records = simulation.run()
    ending = simulation.ending
  }

  init(_ records: [CycleRecord], ending: RunEnding?) {
    self.records = records
    self.ending = ending
  }

  /// The first difference to another run, in words; `nil` when every bit is the same.
  ///
  /// - Parameter tolerance: Relative difference that counts as none, for runs that sum in another order; 0 compares bits.
  func difference(from other: Records, columns: [String]? = nil, tolerance: Double = 0) -> String? {
    guard records.count == other.records.count, ending == other.ending else {
      return "\(records.count) records (\(Self.words(ending))) instead of \(other.records.count) (\(Self.words(other.ending)))"
    }
    for (record, expected) in zip(records, other.records) {
      if let difference = record.difference(from: expected, columns: columns, tolerance: tolerance) { return difference }
    }
    return nil
  }

  private static func words(_ ending: RunEnding?) -> String { ending?.description ?? "going on" }
}

extension CycleRecord {
  /// The first difference to another record, in words.
  func difference(from other: CycleRecord, columns: [String]? = nil, tolerance: Double = 0) -> String? {
    guard cycle == other.cycle else { return "cycle \(cycle) instead of \(other.cycle)" }
    for column in columns ?? self.columns where !Self.agree(self[column], other[column], tolerance) {
      return "\(column) of cycle \(cycle) is \(Self.words(self[column])) instead of \(Self.words(other[column]))"
    }
    if alarms != other.alarms { return "\(alarms.count) alarms in cycle \(cycle) instead of \(other.alarms.count)" }
    return fitDifference(from: other, tolerance: tolerance)
  }

  /// The difference of what was fitted, in words.
  func fitDifference(from other: CycleRecord, tolerance: Double = 0) -> String? {
    let own = fitted.map { [$0.predictor.intercept] + $0.predictor.weights }
    let expected = other.fitted.map { [$0.predictor.intercept] + $0.predictor.weights }
    guard let own, let expected else {
      return (own == nil) == (expected == nil) ? nil : "another choice of whether to fit in cycle \(cycle)"
    }
    let same = own.count == expected.count && zip(own, expected).allSatisfy { Self.agree($0, $1, tolerance) }
    return same ? nil : "the model fitted in cycle \(cycle) is \(own) instead of \(expected)"
  }

  private static func agree(_ a: Double?, _ b: Double?, _ tolerance: Double) -> Bool {
    guard let a, let b else { return (a == nil) == (b == nil) }
    if a.bitPattern == b.bitPattern { return true }
    return tolerance > 0 && abs(a - b) <= tolerance * max(1, abs(a), abs(b))
  }

  private static func words(_ value: Double?) -> String { value.map(decimalText) ?? "absent" }
}
