import SkewlabNumerics
import Testing

/// Neighbouring streams and places: the sample correlation of n independent pairs has standard error 1/√n.
@Suite struct CorrelationTests {
  private static let n = 1_000_000
  private static let origin = RandomStream.Position(replicate: 0, cycle: 0)
  private static let base = RandomStream(seed: 41, name: "world/x1")
  private static let values = base.normals(count: n, at: origin)

  @Test func `neighbouring names`() {
    uncorrelated(RandomStream(seed: 41, name: "world/x2").normals(count: Self.n, at: Self.origin))
    uncorrelated(RandomStream(seed: 41, name: "world/x1 ").normals(count: Self.n, at: Self.origin))
  }

  @Test func `neighbouring seeds`() {
    for seed: UInt64 in [40, 42, 41 + 1 << 32, ~41] {
      uncorrelated(RandomStream(seed: seed, name: "world/x1").normals(count: Self.n, at: Self.origin))
    }
  }

  @Test func `neighbouring replicates, cycles and draws`() {
    uncorrelated(Self.base.normals(count: Self.n, at: .init(replicate: 1, cycle: 0)))
    uncorrelated(Self.base.normals(count: Self.n, at: .init(replicate: 0, cycle: 1)))
    uncorrelated(Self.base.normals(count: Self.n, at: Self.origin, draw: 1))
  }

  @Test(arguments: [1, 2, 3, 512]) func `neighbouring rows`(lag: Int) {
    uncorrelated(Array(Self.values[lag...]) + Self.values[..<lag])
  }

  @Test func `first draws of many streams`() {
    let first = (0..<20_000).map { RandomStream(seed: 1, name: "feature-\($0)").normal(at: Self.origin) }
    #expect(Kolmogorov.test(first, cdf: Normal.cdf).pValue > Tolerance.falseAlarm)
    let seeds = (0..<20_000).map { RandomStream(seed: $0, name: "feature").normal(at: Self.origin) }
    #expect(Kolmogorov.test(seeds, cdf: Normal.cdf).pValue > Tolerance.falseAlarm)
  }

  /// Of the values, and of their squares, which shows dependence without correlation.
  private func uncorrelated(_ others: [Double], sourceLocation: SourceLocation = #_sourceLocation) {
    var (plain, squared) = (0.0, 0.0)
    for i in 0..<Self.n {
      let (x, y) = (Self.values[i], others[i])
      plain += x * y
      squared += (x * x - 1) * (y * y - 1)
    }
    let bound = Tolerance.standardErrors / Double(Self.n).squareRoot()
    #expect(abs(plain / Double(Self.n)) < bound, sourceLocation: sourceLocation)
    #expect(abs(squared / Double(Self.n)) < 2 * bound, sourceLocation: sourceLocation)
  }
}
