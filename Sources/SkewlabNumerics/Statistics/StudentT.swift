#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Student's t law.
public struct StudentT: Sendable, Hashable {
  /// ν > 0; infinity gives the standard normal law.
  public let degreesOfFreedom: Double

  /// The law with ν degrees of freedom.
  public init(degreesOfFreedom: Double) {
    precondition(degreesOfFreedom > 0, "degrees of freedom must be positive")
    self.degreesOfFreedom = degreesOfFreedom
  }

  /// P(T ≤ t), relative error below 10⁻¹² in both tails.
  public func cdf(_ t: Double) -> Double {
    if t.isNaN { return t }
    if degreesOfFreedom == .infinity { return Normal.cdf(t) }
    return t < 0 ? upperTail(-t) : t == 0 ? 0.5 : 1 - upperTail(t)
  }

  /// The t with P(T ≤ t) = p: ±∞ at 0 and 1, NaN outside 0...1. Relative error below 10⁻¹².
  ///
  /// Newton's method in ln t, on the central probability near the middle and on the logarithm of the tail elsewhere, kept inside a bracket.
  public func quantile(_ p: Double) -> Double {
    guard 0 < p && p < 1 else { return p == 0 ? -.infinity : p == 1 ? .infinity : .nan }
    if degreesOfFreedom == .infinity { return Normal.quantile(p) }
    if p == 0.5 { return 0 }
    let magnitude = abs(p - 0.5) < 0.25 ? central(2 * abs(p - 0.5)) : tail(min(p, 1 - p))
    return p < 0.5 ? -magnitude : magnitude
  }

  /// P(T > t) for t ≥ 0.
  private func upperTail(_ t: Double) -> Double {
    let (x, y) = parts(t)
    return 0.5 * Beta.lower(x, y, 0.5 * degreesOfFreedom, 0.5)
  }

  /// ν/(ν + t²) and t²/(ν + t²), safe from overflow.
  private func parts(_ t: Double) -> (x: Double, y: Double) {
    let ratio = t / degreesOfFreedom.squareRoot()
    let square = ratio * ratio
    return square == .infinity ? (1 / ratio / ratio, 1) : (1 / (1 + square), square / (1 + square))
  }

  /// t times the density at t.
  private func slope(_ t: Double) -> Double {
    let (x, y) = parts(t)
    return Beta.front(x, y, 0.5 * degreesOfFreedom, 0.5)
  }

  private func central(_ probability: Double) -> Double {
    solve { t in
      let (x, y) = parts(t)
      let value = Beta.lower(y, x, 0.5, 0.5 * degreesOfFreedom)
      return (log(value / probability), 2 * slope(t) / value)
    }
  }

  private func tail(_ probability: Double) -> Double {
    solve { t in
      let value = upperTail(t)
      guard value > 0 else { return (.infinity, 0) }
      return (-log(value / probability), slope(t) / value)
    }
  }

  /// The zero of an increasing function of ln t, given with its derivative in ln t.
  private func solve(_ function: (Double) -> (value: Double, slope: Double)) -> Double {
    var (low, high) = (-700.0, 700.0)
    var s = 0.0
    for _ in 0..<200 {
      let (value, slope) = function(exp(s))
      if value == 0 { break }
      if value > 0 { high = s } else { low = s }
      var next = s - value / slope
      if !(low < next && next < high) { next = 0.5 * (max(low, s - 16) + min(high, s + 16)) }
      let step = abs(next - s)
      s = next
      if step <= 0x1p-51 { break }
    }
    return exp(s)
  }
}
