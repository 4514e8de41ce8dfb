internal import SkewlabEngine

/// The columns `offline_…`, `served_…`, `untouched_…` of a metric that is one number of each side.
enum ThreeSides {
  static func columns(_ name: String, hasOffline: Bool) -> [String] {
    (hasOffline ? ["offline_\(name)"] : []) + ["served_\(name)", "untouched_\(name)"]
  }

  static func values(_ cycle: Measurements, hasOffline: Bool, _ value: (PredictionSums) -> Double?) -> [Double?] {
    (hasOffline ? [cycle.offline.flatMap(value)] : []) + [cycle.served.flatMap(value), cycle.untouched.flatMap(value)]
  }
}
