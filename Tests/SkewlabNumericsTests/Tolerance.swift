/// Named tolerances with their reasons.
enum Tolerance {
  /// The documented bound of the elementary kernels, in units in the last place.
  static let kernelUlps = 2.0

  /// Special functions promise 10⁻¹²; SciPy's own accuracy is about that.
  static let special = 1e-12

  /// Functions evaluated to a few units in the last place.
  static let nearlyExact = 2e-15

  /// Well-conditioned linear algebra of small dimension: some hundred roundings.
  static let linear = 1e-13

  /// Semidefinite systems: rounding of 2⁻⁵³ times the condition number of the kept space, below 100 in these figures, times a few.
  static let semidefinite = 1e-12

  /// False-alarm rate of one statistical test. Seeds are fixed, so a run either always passes or never.
  static let falseAlarm = 1e-6

  /// Moments must lie within this many standard errors.
  static let standardErrors = 5.0
}

/// The error of `value` against a reference given as its nearest double and the rest, in units in the last place of the former.
func ulps(_ value: Double, _ high: Double, _ low: Double) -> Double {
  abs((value - high) - low) / high.ulp
}

/// |value − reference| relative to the reference; 0 when both are equal.
func relativeError(_ value: Double, _ reference: Double) -> Double {
  value == reference ? 0 : abs(value - reference) / abs(reference)
}

/// The largest |value − reference| relative to the largest reference.
func relativeError(_ values: [Double], _ references: [Double]) -> Double {
  guard values.count == references.count else { return .infinity }
  let scale = references.map(abs).max() ?? 0
  let worst = zip(values, references).map { abs($0 - $1) }.max() ?? 0
  return worst == 0 ? 0 : worst / scale
}

/// The numbers of a figure table, row by row.
func rows(_ table: String) -> [[Double]] {
  table.split(separator: "\n").map { line in
    line.split(separator: " ").map { word in
      guard let number = Double(word) else { preconditionFailure("not a number: \(word)") }
      return number
    }
  }
}
