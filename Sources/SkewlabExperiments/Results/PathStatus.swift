internal import SkewlabEngine

/// What became of the models that a run fitted, as far as the run itself shows it. Nothing is stopped by it.
///
/// The last half of the fits is looked at, m of them, at least 8. Parameters have sampling error, so that the question is whether the path still goes somewhere, not whether it stands still:
/// - **converged** to the digits, where no parameter varies by more than 10⁻⁹ of the model's size;
/// - **period p**, the smallest p from 2 to 12 (and m/3) for which models p fits apart are far closer than neighbours: their mean squared distance, each parameter in units of its variance, is at most a
///   fiftieth. Swings may grow; and a loop that multiplies errors by −a has a ratio of 1 − a there, so that one that rings with a > 0.98 counts as a cycle;
/// - **moving**, where the means of 8 consecutive parts of these fits rise all the way through, or fall, in some parameter. Of independent values one order in 20,160 does, of a stationary path whose neighbours correlate
///   by a half about one in 1,000;
/// - **converged** otherwise.
public enum PathStatus: Sendable, Hashable {
  /// It goes nowhere any more, as far as sampling error lets one see.
  case converged
  /// It comes back every so many fits.
  case cycling(period: Int)
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
      self = .cycling(period: period)
    } else {
      self = series.contains(where: Self.moves) ? .moving : .converged
    }
  }

  private static let least = 8

  private static func period(_ series: [[Double]], count m: Int) -> Int? {
    let variances = series.map { x in x.reduce(0) { $0 + ($1 - mean(x)) * ($1 - mean(x)) } / Double(m) }
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

  private static func moves(_ x: [Double]) -> Bool {
    let means = (0..<least).map { part in mean(Array(x[part * x.count / least..<(part + 1) * x.count / least])) }
    let steps = zip(means.dropFirst(), means)
    return steps.allSatisfy { $0 > $1 } || steps.allSatisfy { $0 < $1 }
  }

  private static func mean(_ x: [Double]) -> Double { x.reduce(0, +) / Double(x.count) }
}
