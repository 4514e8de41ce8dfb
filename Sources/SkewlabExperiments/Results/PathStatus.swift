internal import SkewlabEngine
internal import SkewlabNumerics

/// What became of the models that a run fitted, as far as the run itself shows it. Nothing is stopped by it.
///
/// The last half of the fits is looked at, m of them, at least 8. Parameters have sampling error, so that the question is whether the path still goes somewhere, not whether it stands still:
/// - **converged** to the digits, where no parameter varies by more than 10⁻⁹ of the model's size;
/// - **period p**, the smallest p from 2 to 12 (and m/3) for which models p fits apart are far closer than neighbours: their mean squared distance, each parameter in units of its variance, is at most a
///   fiftieth. A loop that multiplies errors by −a has a ratio of 1 − a there in stationary noise, so that one that rings with a > 0.98 counts as a cycle, and one of (1 − a)² without;
/// - **ringing, growing** or **ringing, dying out**, where it has a period, but its swing changes. The pattern of a period is that of the first half of these fits; how much of it each later period has
///   makes a series, whose steps are tested against 0 by Student's t, on either side at the level of one in a thousand. In a loop that multiplies errors by −1 exactly swings are a random walk, whose steps are independent but
///   for neighbours that a mean over a period makes correlate by a quarter at most: t is divided by √1.5 for it. In noise about a swing that stays, such steps cancel and t is smaller. So of swings that neither grow nor die out at
///   most one in 500 is called either (6 of 4,000 simulated, a = −1, noise of a hundredth of the swing). One that noise alone has made had to grow to be seen: of loops with a = −0.98 or −1 that begin at rest about one in 150 is called growing.
///   Changes of less than 10⁻⁹ of the swing are rounding;
/// - the same where it has no period, but consecutive steps oppose each other, and the means of their squares over 8 consecutive parts rise all the way through, or fall: swings that change by more than a seventh from fit to fit. Of
///   independent values one order in 20,160 does;
/// - **moving**, where the means of 8 consecutive parts of these fits rise all the way through, or fall, in some parameter. Of independent values one order in 20,160 does, of a stationary path whose neighbours correlate
///   by a half about one in 1,000;
/// - **converged** otherwise.
public enum PathStatus: Sendable, Hashable {
  /// It goes nowhere any more, as far as sampling error lets one see.
  case converged
  /// It comes back every so many fits.
  case cycling(period: Int)
  /// It swings, by more and more or by less and less.
  case ringing(isGrowing: Bool)
  /// It still goes somewhere.
  case moving
  /// A loss or a parameter of this cycle was too large to go on with.
  case diverged(cycle: Int)
  /// Fewer than 16 fits: too short to say.
  case tooShort

  /// The status in words.
  public var description: String {
    switch self {
    case .converged: "converged"
    case .cycling(let period): "period \(period)"
    case .ringing(let isGrowing): isGrowing ? "ringing, growing" : "ringing, dying out"
    case .moving: "moving"
    case .diverged(let cycle): "diverged in cycle \(cycle)"
    case .tooShort: "too short to say"
    }
  }

  /// The status of a run.
  public init(_ result: RunResult) {
    if result.ending == RunEnding.diverged(cycle: 0).word {
      self = .diverged(cycle: result.endingCycle ?? 0)
    } else {
      self.init(result.fits.map { [$0.intercept] + $0.weights })
    }
  }

  /// The status of a path of parameters, one array a fit, all of one length.
  public init(_ fits: [[Double]]) {
    let path = Array(fits.suffix(fits.count / 2)), m = path.count
    guard m >= Self.least, let width = path.first?.count else {
      self = .tooShort
      return
    }
    let size = path.joined().reduce(0) { max($0, abs($1)) }
    let series = (0..<width).map { j in path.map { $0[j] } }.filter { ($0.max() ?? 0) - ($0.min() ?? 0) > 1e-9 * size }
    if series.isEmpty {
      self = .converged
    } else if let period = Self.period(series, count: m) {
      self = Self.grows(series, period: period, count: m).map { .ringing(isGrowing: $0) } ?? .cycling(period: period)
    } else if let isGrowing = Self.swings(series, count: m) {
      self = .ringing(isGrowing: isGrowing)
    } else {
      self = series.contains(where: Self.moves) ? .moving : .converged
    }
  }

  private static let least = 8

  private static func variance(_ x: [Double]) -> Double {
    let center = mean(x)
    return x.reduce(0) { $0 + ($1 - center) * ($1 - center) } / Double(x.count)
  }

  private static func period(_ series: [[Double]], count m: Int) -> Int? {
    let variances = series.map(variance)
    func distance(_ lag: Int) -> Double {
      zip(series, variances).reduce(0) { sum, one in
        let (x, variance) = one
        let squares = (lag..<m).reduce(0.0) { $0 + (x[$1] - x[$1 - lag]) * (x[$1] - x[$1 - lag]) }
        return sum + squares / Double(m - lag) / variance
      }
    }
    let neighbours = distance(1)
    return (2...max(2, min(12, m / 3))).first { $0 <= m / 3 && distance($0) <= neighbours / 50 }
  }

  /// Whether swings of a period grow; `nil` where they stay, as far as one can see.
  private static func grows(_ series: [[Double]], period p: Int, count m: Int) -> Bool? {
    let periods = m / p, half = periods / 2, first = m - periods * p
    var sums = Array(repeating: 0.0, count: periods), square = 0.0
    for x in series {
      let variance = variance(x)
      var pattern = (0..<p).map { phase in mean((0..<half).map { x[first + $0 * p + phase] }) }
      let middle = mean(pattern)
      pattern = pattern.map { $0 - middle }
      square += pattern.reduce(0) { $0 + $1 * $1 } / variance
      for period in 0..<periods {
        for phase in 0..<p { sums[period] += pattern[phase] * (x[first + period * p + phase] - middle) / variance }
      }
    }
    let steps = (half..<periods).map { (sums[$0] - sums[$0 - 1]) / square }
    let n = Double(steps.count), center = mean(steps)
    guard steps.count > 1, abs(center) * n > 1e-9 else { return nil }
    let error = (1.5 * variance(steps) / (n - 1)).squareRoot()
    return abs(center) > -StudentT(degreesOfFreedom: n - 1).quantile(0.001) * error ? center > 0 : nil
  }

  /// Whether steps from fit to fit grow all the way, or shrink; `nil` where they do neither, or one follows the other in its direction.
  private static func swings(_ series: [[Double]], count m: Int) -> Bool? {
    guard m > least else { return nil }
    let variances = series.map(variance)
    let squares = (1..<m).map { k in
      zip(series, variances).reduce(0.0) { $0 + ($1.0[k] - $1.0[k - 1]) * ($1.0[k] - $1.0[k - 1]) / $1.1 }
    }
    let products = zip(series, variances).reduce(0.0) { sum, one in
      let steps = (1..<m).map { one.0[$0] - one.0[$0 - 1] }
      return sum + zip(steps, steps.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 } / one.1
    }
    return products < 0 ? direction(squares) : nil
  }

  private static func moves(_ x: [Double]) -> Bool { direction(x) != nil }

  /// Whether the means of 8 consecutive parts rise all the way through; `nil` where they neither rise nor fall so.
  private static func direction(_ x: [Double]) -> Bool? {
    let means = (0..<least).map { part in mean(Array(x[part * x.count / least..<(part + 1) * x.count / least])) }
    let steps = zip(means.dropFirst(), means)
    return steps.allSatisfy { $0 > $1 } ? true : steps.allSatisfy { $0 < $1 } ? false : nil
  }

  private static func mean(_ x: [Double]) -> Double { x.reduce(0, +) / Double(x.count) }
}
