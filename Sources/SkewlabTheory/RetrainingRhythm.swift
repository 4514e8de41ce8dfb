public import SkewlabEngine
public import SkewlabNumerics

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// When a scenario refits and on what: the part of a loop's dynamics that does not depend on the world.
public struct RetrainingRhythm: Sendable, Hashable {
  /// Cycles from one fit to the next.
  public let interval: Int
  /// The window.
  public let window: Window

  /// Whether no cycle leaves the window, or would in a run of this length.
  public let neverForgets: Bool

  /// Rows in each cycle.
  private let rows: Int

  /// The rhythm of a scenario; `nil` where it never refits in the cycles asked, not at equal distances, or by what was served.
  public init?(_ scenario: Scenario) {
    let policy = scenario.retraining.component
    let fits = (1...scenario.cycles).filter { policy.isScheduled(after: $0) == true }
    guard let first = fits.first, fits == Array(stride(from: first, through: scenario.cycles, by: first)) else { return nil }
    interval = first
    window = policy.window
    rows = scenario.rows
    let reach = policy.window.reach(rows: scenario.rows)
    if case .decay = policy.window.extent {
      neverForgets = false
    } else {
      neverForgets = (reach ?? .max) > scenario.cycles
    }
  }

  /// Windows of more cycles have no factor: it is the eigenvalue of a matrix of that size.
  private static let longest = 300

  /// The factors by which an error of the deployed model is multiplied from fit to fit, when a fit on rows that one model served multiplies it by `gain`: the largest in
  /// magnitude. `nil` for a window that never forgets, where errors follow a power law instead.
  ///
  /// A fit at the end of cycle c gives Σ ω_a·gain·e(c − a) with e(t) the error of the model that served in cycle t and ω the window's weights, normalised. With T cycles between fits,
  /// - a window of k cycles (the oldest of them in part, where it is one of rows): the eigenvalues of the k × k matrix that moves (e(c), …, e(c−k+1)) to the next fit: rows 0..<T are gain·ω, row i ≥ T is the unit vector i − T;
  /// - `decay` with half-life h and δ = 2^(−1/h): the target is a moving average, δ^T + (1 − δ^T)·gain.
  ///
  /// A world that remembers earlier models, asked with a fit every cycle on that cycle: what it shows is a mean over models, so that a geometric memory gives (1 − δ) + δ·gain, and a delay of k cycles the (k + 1)-th roots of gain.
  public func factor(gain: GeneralEigenvalues.Value, memory: ResponseMemory.Law? = nil) -> GeneralEigenvalues.Value? {
    if let memory {
      guard interval == 1, window == Window(.cycles(1)) else { return nil }
      switch memory {
      case .geometric(let rate):
        return GeneralEigenvalues.Value(real: 1 - rate + rate * gain.real, imaginary: rate * gain.imaginary)
      case .delay(let cycles): return gain.root(cycles + 1)
      }
    }
    if case .decay(let halfLife) = window.extent {
      let kept = exp2(-Double(interval) / halfLife)
      return GeneralEigenvalues.Value(real: kept + (1 - kept) * gain.real, imaginary: (1 - kept) * gain.imaginary)
    }
    guard !neverForgets, (window.reach(rows: rows) ?? .max) <= Self.longest else { return nil }
    var counts: [Int] = []
    while case let count = window.rows(age: counts.count, of: rows).count, count > 0 { counts.append(count) }
    if counts.count == 1 { return gain }
    let count = counts.count, total = Double(counts.reduce(0, +))
    // A complex matrix as a real one of twice the size: its eigenvalues are those of the matrix and their conjugates.
    var matrix = Matrix(rows: 2 * count, columns: 2 * count)
    for i in 0..<count {
      if i < interval {
        for j in 0..<count {
          let share = Double(counts[j]) / total
          matrix[i, j] = share * gain.real
          matrix[i + count, j + count] = share * gain.real
          matrix[i, j + count] = -share * gain.imaginary
          matrix[i + count, j] = share * gain.imaginary
        }
      } else {
        matrix[i, i - interval] = 1
        matrix[i + count, i - interval + count] = 1
      }
    }
    return (try? GeneralEigenvalues(matrix))?.values.first
  }
}

extension GeneralEigenvalues.Value {
  /// The n-th root of smallest angle.
  fileprivate func root(_ n: Int) -> Self {
    let size = pow(magnitude, 1 / Double(n)), angle = atan2(imaginary, real) / Double(n)
    return Self(real: size * cos(angle), imaginary: size * sin(angle))
  }
}
