import SkewlabNumerics
import Testing

/// Continuous laws: 10⁷ draws each against the exact distribution function and the first four moments.
@Suite struct DistributionTests {
  private static let count = 10_000_000
  private let stream = RandomStream(seed: 11, name: "law")
  private let place = RandomStream.Position(replicate: 0, cycle: 0)

  @Test func `uniforms are uniform on the open interval`() {
    let values = stream.uniforms(count: Self.count, at: place)
    #expect(values.allSatisfy { 0 < $0 && $0 < 1 })
    // Raw moments 1/(k+1).
    moments(values, (1...8).map { 1 / Double($0 + 1) })
    #expect(Kolmogorov.test(values) { $0 }.pValue > Tolerance.falseAlarm)
  }

  @Test func `normals are normal`() {
    let values = stream.normals(count: Self.count, at: place)
    moments(values, [0, 1, 0, 3, 0, 15, 0, 105])
    #expect(Kolmogorov.test(values, cdf: Normal.cdf).pValue > Tolerance.falseAlarm)
  }

  @Test func `normal tails have their share`() {
    let values = stream.normals(count: Self.count, at: .init(replicate: 1, cycle: 0))
    for bound in [3.0, 4, 4.5] {
      let expected = Double(Self.count) * 2 * Normal.cdf(-bound)
      let found = Double(values.count { abs($0) > bound })
      #expect(abs(found - expected) < Tolerance.standardErrors * expected.squareRoot(), "beyond \(bound)")
    }
  }

  @Test func `exponentials are exponential`() {
    let values = stream.exponentials(count: Self.count, at: place)
    moments(values, [1, 2, 6, 24, 120, 720, 5_040, 40_320])
    #expect(Kolmogorov.test(values) { 1 - Elementary.exp(-$0) }.pValue > Tolerance.falseAlarm)
  }

  @Test(arguments: [1.0, 2, 4]) func `Student t variables follow their closed forms`(degreesOfFreedom: Double) {
    let values = stream.studentT(degreesOfFreedom: degreesOfFreedom, count: Self.count, at: place)
    let result = Kolmogorov.test(values) { t in
      switch degreesOfFreedom {
      case 1: 0.5 + arcTangent(t) / .pi
      case 2: 0.5 + t / (2 * (2 + t * t).squareRoot())
      default:
        // 1/2 + 3/8 · t/√(1+t²/4) · (1 − t²/(12(1+t²/4)))
        0.5 + 0.375 * t / (1 + t * t / 4).squareRoot() * (1 - t * t / (12 * (1 + t * t / 4)))
      }
    }
    #expect(result.pValue > Tolerance.falseAlarm)
  }

  @Test(arguments: [0.3, 3, 30, 1e5]) func `Student t variables follow the incomplete beta function`(degreesOfFreedom: Double) {
    let values = stream.studentT(degreesOfFreedom: degreesOfFreedom, count: Self.count, at: place)
    let law = StudentT(degreesOfFreedom: degreesOfFreedom)
    #expect(values.allSatisfy { $0.isFinite })
    // The distribution function takes a microsecond: it is compared at 1,999 quantiles. The greatest of those differences is at most Kolmogorov's, so that the
    // false-alarm rate is at most the one declared.
    let cells = 2000
    let quantiles = (1..<cells).map { law.quantile(Double($0) / Double(cells)) }
    var counts = [Int](repeating: 0, count: cells)
    for value in values {
      var low = 0, high = quantiles.count
      while low < high {
        let middle = (low + high) / 2
        if quantiles[middle] < value { low = middle + 1 } else { high = middle }
      }
      counts[low] += 1
    }
    var below = 0, distance = 0.0
    for k in 1..<cells {
      below += counts[k - 1]
      distance = max(distance, abs(Double(below) / Double(Self.count) - Double(k) / Double(cells)))
    }
    #expect(Kolmogorov.survival(distance * Double(Self.count).squareRoot()) > Tolerance.falseAlarm)
  }

  @Test func `Student t with 30 degrees of freedom has its moments`() {
    // E T²ᵏ = νᵏ ∏ (2i−1)/(ν−2i), i = 1…k.
    var even = [1.0]
    for i in 1...4 { even.append(even[i - 1] * 30 * Double(2 * i - 1) / Double(30 - 2 * i)) }
    let values = stream.studentT(degreesOfFreedom: 30, count: Self.count, at: place)
    moments(values, [0, even[1], 0, even[2], 0, even[3], 0, even[4]])
  }

  /// The first four raw moments within five standard errors; eight exact raw moments give the errors.
  private func moments(_ values: [Double], _ exact: [Double], sourceLocation: SourceLocation = #_sourceLocation) {
    var sums = [0.0, 0, 0, 0]
    for x in values {
      let square = x * x
      sums[0] += x
      sums[1] += square
      sums[2] += square * x
      sums[3] += square * square
    }
    let n = Double(values.count)
    for k in 0..<4 {
      let error = ((exact[2 * k + 1] - exact[k] * exact[k]) / n).squareRoot()
      #expect(
        abs(sums[k] / n - exact[k]) < Tolerance.standardErrors * error, "moment \(k + 1): \(sums[k] / n)",
        sourceLocation: sourceLocation)
    }
  }

  /// arctan by halving the angle three times and the series: accurate to 10⁻¹⁵, far below what 10⁷ draws resolve.
  private func arcTangent(_ x: Double) -> Double {
    if abs(x) > 1 { return (x > 0 ? 0.5 : -0.5) * .pi - arcTangent(1 / x) }
    var t = x
    for _ in 0..<3 { t /= 1 + (1 + t * t).squareRoot() }
    var (sum, term) = (0.0, t)
    for k in 0..<9 {
      sum += term / Double(2 * k + 1)
      term *= -t * t
    }
    return 8 * sum
  }
}
