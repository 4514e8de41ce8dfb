import SkewlabNumerics
import Testing

/// Discrete laws against their exact probabilities by chi-squared.
@Suite struct DiscreteLawTests {
  private let stream = RandomStream(seed: 12, name: "count")
  private let place = RandomStream.Position(replicate: 0, cycle: 0)

  @Test(arguments: [0.1, 3, 9.9, 10.1, 50, 1e4]) func `Poisson variables have Poisson probabilities`(mean: Double) {
    let n = 10_000_000
    let values = stream.poisson(mean: mean, count: n, at: place)
    let highest = Int(values.max() ?? 0)
    var found = [Double](repeating: 0, count: highest + 1)
    for value in values { found[Int(value)] += 1 }
    let law = Poisson(mean: mean)
    var expected = (0...highest).map { Double(n) * law.probability($0) }
    expected.append(Double(n) * law.survival(highest))
    chiSquared(found + [0], expected)
  }

  @Test func `Poisson variables of mean 1e9 have their mean and variance`() {
    let n = 1_000_000
    let values = stream.poisson(mean: 1e9, count: n, at: place).map { ($0 - 1e9) / 1e9.squareRoot() }
    let mean = values.reduce(0, +) / Double(n)
    let square = values.reduce(0) { $0 + $1 * $1 } / Double(n)
    #expect(abs(mean) < Tolerance.standardErrors / Double(n).squareRoot())
    #expect(abs(square - 1) < Tolerance.standardErrors * (2 / Double(n)).squareRoot())
    // The step of one count is 3·10⁻⁵ standard deviations, far below what a million draws resolve.
    #expect(Kolmogorov.test(values, cdf: Normal.cdf).pValue > Tolerance.falseAlarm)
  }

  @Test(arguments: [3, 10, 1 << 40 + 1, 1 << 63 + 12345] as [UInt64]) func `integers are uniform`(bound: UInt64) {
    let n = 10_000_000
    var values = [UInt64](repeating: 0, count: n)
    var span = values.mutableSpan
    stream.integers(below: bound, at: place, rows: 0..<n, into: &span)
    #expect(values.allSatisfy { $0 < bound })
    let cells = Int(min(bound, 1000))
    var found = [Double](repeating: 0, count: cells)
    for value in values { found[cell(value, bound, cells)] += 1 }
    chiSquared(found, [Double](repeating: Double(n) / Double(cells), count: cells))
  }

  @Test func `Bernoulli variables have their probability`() {
    let n = 10_000_000
    var values = [Double](repeating: 0, count: n)
    for probability in [0.001, 0.3, 0.5, 0.99] {
      var span = values.mutableSpan
      stream.bernoulli(probability: probability, at: place, rows: 0..<n, into: &span)
      let ones = values.reduce(0, +)
      chiSquared([ones, Double(n) - ones], [Double(n) * probability, Double(n) * (1 - probability)])
    }
  }

  @Test func `all 24 orders of four are equally likely`() {
    var found = [Double](repeating: 0, count: 256)
    let n = 240_000
    for cycle in 0..<n {
      let order = stream.permutation(of: 4, at: .init(replicate: 1, cycle: cycle))
      found[order[0] * 64 + order[1] * 16 + order[2] * 4 + order[3]] += 1
    }
    let seen = found.filter { $0 > 0 }
    #expect(seen.count == 24)
    chiSquared(seen, [Double](repeating: Double(n) / 24, count: 24))
  }

  @Test func `a permutation of many holds each once`() {
    #expect(stream.permutation(of: 10_000, at: place).sorted() == Array(0..<10_000))
  }

  /// ⌊value · cells / bound⌋.
  private func cell(_ value: UInt64, _ bound: UInt64, _ cells: Int) -> Int {
    let product = value.multipliedFullWidth(by: UInt64(cells))
    return Int(bound.dividingFullWidth(product).quotient)
  }

  /// Pearson's test after pooling neighbours to at least ten expected; fails below the declared false-alarm rate.
  private func chiSquared(_ found: [Double], _ expected: [Double], sourceLocation: SourceLocation = #_sourceLocation) {
    var cells: [(found: Double, expected: Double)] = []
    var pool = (found: 0.0, expected: 0.0)
    for (f, e) in zip(found, expected) {
      pool = (pool.found + f, pool.expected + e)
      if pool.expected >= 10 {
        cells.append(pool)
        pool = (0, 0)
      }
    }
    if let last = cells.popLast() { cells.append((last.found + pool.found, last.expected + pool.expected)) }
    let statistic = cells.reduce(0) { $0 + ($1.found - $1.expected) * ($1.found - $1.expected) / $1.expected }
    let p = ChiSquared(degreesOfFreedom: Double(cells.count - 1)).survival(statistic)
    #expect(p > Tolerance.falseAlarm, "p = \(p) over \(cells.count) cells", sourceLocation: sourceLocation)
  }
}
