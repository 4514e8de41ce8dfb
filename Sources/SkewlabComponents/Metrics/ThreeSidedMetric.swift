internal import SkewlabEngine

/// A metric that is one number of each side: `offline_…`, `served_…`, `untouched_…`.
protocol ThreeSidedMetric: Metric {
  /// What follows the side in a column's name.
  static var column: String { get }
  func isThere(for traits: MeasurementTraits) -> Bool
  func hasOffline(for traits: MeasurementTraits) -> Bool
  func value(of sums: PredictionSums) -> Double?
}

extension ThreeSidedMetric {
  func isThere(for traits: MeasurementTraits) -> Bool { true }
  func hasOffline(for traits: MeasurementTraits) -> Bool { traits.hasEvaluation }

  /// One column for each side.
  public func columns(for traits: MeasurementTraits) -> [String] {
    guard isThere(for: traits) else { return [] }
    return ((hasOffline(for: traits) ? ["offline"] : []) + ["served", "untouched"]).map { "\($0)_\(Self.column)" }
  }

  /// One value for each side.
  public func values(_ cycle: Measurements, for traits: MeasurementTraits) -> [Double?] {
    guard isThere(for: traits) else { return [] }
    return ((hasOffline(for: traits) ? [cycle.offline] : []) + [cycle.served, cycle.untouched]).map { $0.flatMap(value) }
  }
}
