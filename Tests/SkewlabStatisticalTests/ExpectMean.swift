import Foundation
import Testing

/// Requires that the mean over independent replicates is `expected`: |mean − expected| ≤ 4 standard errors + `approximationError`.
///
/// **False alarms.** With 200 replicates or more the mean is as good as normal and 4 estimated standard errors are left with probability at most 1e-4 (Student t,
/// 199 degrees of freedom: 9e-5). With at least 30, where a caller says so, 4e-4. The target makes about 700 such checks, so that one seed in fifteen would
/// raise a false alarm somewhere; the seeds are fixed, and were not chosen.
///
/// **Power.** 8 standard errors + 2 `approximationError` ≤ `resolving`, or the check fails, whatever the mean: a truth that lies `resolving` away from
/// `expected` is then missed with probability below 1e-4 too. A caller chooses `resolving` so that the next best formula, or an effect too
/// small to matter, is told apart from the right one.
///
/// - Parameters:
///   - values: One number a replicate. Numbers of one replicate that are correlated, such as those of its cycles, have been averaged before.
///   - expected: The closed form.
///   - resolving: The deviation that the check has to see.
///   - approximationError: A bound on |E value − expected| where the closed form is an approximation; 0 where it is exact.
///   - least: The least number of replicates.
///   - what: What is compared.
func expectMean(
  _ values: [Double], equals expected: Double, resolving: Double, approximationError: Double = 0, atLeast least: Int = 200, _ what: String,
  at location: Testing.SourceLocation = #_sourceLocation
) {
  precondition(least >= 30 && approximationError >= 0 && resolving > 0)
  let n = Double(values.count)
  #expect(values.count >= least, "too few replicates for \(what)", sourceLocation: location)
  let mean = values.reduce(0, +) / n
  let variance = values.reduce(0.0) { $0 + ($1 - mean) * ($1 - mean) } / (n - 1)
  let error = (variance / n).squareRoot()
  let deviation = mean - expected
  if seedOffset != nil {
    print("z \(deviation / error) approximation \(approximationError / error) power \(8 * error / resolving) \(what)")
  }
  #expect(
    abs(deviation) <= 4 * error + approximationError,
    "\(what): \(mean) ± \(error) instead of \(expected), \(deviation / error) standard errors", sourceLocation: location)
  #expect(
    8 * error + 2 * approximationError <= resolving,
    "\(what): no power: standard error \(error) and approximation \(approximationError) are too large to see \(resolving)",
    sourceLocation: location)
}

/// The same for each component of a vector.
func expectMeans(
  _ values: [[Double]], equal expected: [Double], resolving: Double, approximationErrors: [Double]? = nil, atLeast least: Int = 200,
  _ what: String,
  at location: Testing.SourceLocation = #_sourceLocation
) {
  precondition(values.allSatisfy { $0.count == expected.count }, "a component for each expected one")
  for j in expected.indices {
    expectMean(
      values.map { $0[j] }, equals: expected[j], resolving: resolving, approximationError: approximationErrors?[j] ?? 0, atLeast: least,
      "\(what), component \(j)", at: location)
  }
}
