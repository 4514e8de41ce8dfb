internal import SkewlabExperiments
internal import SkewlabNumerics

/// A paired difference as a share of the mean it is compared with, in words.
///
/// From a rise of 100 % on, the words say how many times as much: 1.5 is "2.5 times".
struct RelativeChange: Sendable, Hashable {
  /// What the interval shows. Without one, the sign of the mean.
  enum Verdict: Sendable, Hashable { case higher, lower, notShown, equal }

  /// The replicates compared, and those that there are.
  let n: Int, replicates: Int
  let mean: Double
  let low: Double?, high: Double?

  /// The change between two values of each replicate; `nil` unless the mean of `there` is above 0.
  init?(_ here: [Double?], from there: [Double?], isWhole: Bool) {
    let pairs = zip(here, there).compactMap { here, there in here.flatMap { here in there.map { (here, $0) } } }
    guard !pairs.isEmpty else { return nil }
    let difference = MeanInterval(pairs.map { $0.0 - $0.1 })
    let reference = pairs.reduce(0) { $0 + $1.1 } / Double(pairs.count)
    self.init(isWhole ? difference : difference.withoutInterval, of: reference, replicates: max(here.count, there.count))
  }

  /// A difference as a share of a mean; `nil` unless that is above 0.
  init?(_ difference: MeanInterval, of reference: Double, replicates: Int) {
    guard reference > 0, (difference.mean / reference).isFinite else { return nil }
    n = difference.n
    self.replicates = replicates
    mean = difference.mean / reference
    low = difference.low.map { $0 / reference }
    high = difference.high.map { $0 / reference }
  }

  var verdict: Verdict {
    if [mean, low ?? 0, high ?? 0].allSatisfy({ abs($0) <= Self.rounding }) { return .equal }
    if let low, let high, low <= 0, high >= 0 { return .notShown }
    return mean > 0 ? .higher : mean < 0 ? .lower : .equal
  }

  /// Sums of the same losses in another order differ by some 10⁻¹⁴ of them.
  static let rounding = 1e-12

  private var isTimes: Bool { mean >= 1 }

  /// "3.0 % higher than that …", "4.8 times that …".
  private func size(than reference: String) -> String {
    if isTimes { return "\(Format.significant(1 + mean, 3)) times \(reference)" }
    return "\(Format.percent(abs(mean))) \(mean > 0 ? "higher" : "lower") than \(reference)"
  }

  /// The interval in the units of the size, or why there is none.
  private var interval: String {
    guard let low, let high else {
      return n < replicates && n > 0
        ? "\(n) of \(replicates) replicates, the others ended early: no interval" : Format.noInterval(n)
    }
    switch verdict {
    case .notShown, .equal: return "95 % interval \(Format.signedPercent(low)) to \(Format.signedPercent(high))"
    case .higher where isTimes: return "95 % interval \(Format.significant(low + 1, 3)) to \(Format.significant(high + 1, 3)) times"
    case .higher: return "95 % interval \(Format.percent(low)) to \(Format.percent(high))"
    case .lower: return "95 % interval \(Format.percent(-high)) to \(Format.percent(-low))"
    }
  }

  /// A clause about `subject`, compared with `reference`.
  func clause(_ subject: String, comparedWith reference: String) -> String {
    switch verdict {
    case .equal: "\(subject) is the same as \(reference)"
    case .notShown: "no difference could be shown between \(subject) and \(reference) (\(interval))"
    case .higher, .lower: "\(subject) is \(size(than: reference)) (\(interval))"
    }
  }
}
