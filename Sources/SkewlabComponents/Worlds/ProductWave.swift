internal import SkewlabNumerics

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// sin(πx₁x₂) of independent features, uniform on intervals, and the best line through it.
///
/// Over the second feature the mean is known: with ω = πx₁ and half a width h about c, E sin(ωx₂) = sin(ωc)·sin(ωh)/(ωh). Over the first, of which that is a smooth function, Gauss–Legendre quadrature of 20 nodes for each turn of the wave, with an error below 1e−13. On [0, 1]² that gives the known E sin(πx₁x₂) = (γ + ln π − Ci π)/π, E x₁·sin(πx₁x₂) = 1/π and E sin²(πx₁x₂) = ½ − Si(2π)/(4π).
struct ProductWave {
  /// The mean.
  let mean: Double
  /// The variance.
  let variance: Double
  /// Covariance with each feature over the feature's variance; 0 for one without width.
  let slopes: (Double, Double)

  init(centers: (Double, Double), widths: (Double, Double)) {
    let mean = Self.expectation(over: (centers.0, widths.0), other: (centers.1, widths.1)) { _, wave in wave }
    self.mean = mean
    // sin² = ½(1 − cos), of twice the frequency.
    let cosine = Self.expectation(over: (centers.0, widths.0), other: (centers.1, widths.1), of: cos, frequency: 2) { _, wave in wave }
    variance = max(0, 0.5 * (1 - cosine) - mean * mean)
    func slope(_ first: (Double, Double), _ second: (Double, Double)) -> Double {
      guard first.1 > 0 else { return 0 }
      let covariance = Self.expectation(over: first, other: second) { x, wave in (x - first.0) * wave }
      return covariance / (first.1 * first.1 / 12)
    }
    slopes = (slope((centers.0, widths.0), (centers.1, widths.1)), slope((centers.1, widths.1), (centers.0, widths.0)))
  }

  /// The mean over x of a function of x and E sin(πfx·x₂), x₂ the other feature and f the frequency; or of E cos(πfx·x₂).
  private static func expectation(
    over x: (center: Double, width: Double), other: (center: Double, width: Double), of shape: (Double) -> Double = sin,
    frequency: Double = 1,
    _ function: (Double, Double) -> Double
  ) -> Double {
    let h = other.width / 2
    func wave(_ x: Double) -> Double {
      let omega = frequency * Double.pi * x, u = omega * h
      // sin u/u without cancellation near 0, where 1 − u²/6 is exact to rounding.
      let damping = abs(u) < 1e-4 ? 1 - u * u / 6 : sin(u) / u
      return shape(omega * other.center) * damping
    }
    guard x.width > 0 else { return function(x.center, wave(x.center)) }
    let turns = frequency * x.width * (abs(other.center) + h) / 2
    return GaussLegendre(20).mean(from: x.center - x.width / 2, to: x.center + x.width / 2, pieces: Int(turns.rounded(.up)) + 1) {
      function($0, wave($0))
    }
  }
}
