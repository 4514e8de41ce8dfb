import Foundation
import SkewlabEngine
import SkewlabNumerics
import Testing

/// THEORY.md, **F2** and **F3**: y = x′(b + Aθ) + μ′θ + ξ.
@Suite struct LocationFamilyTests {
  /// The retraining map θ ↦ K(b + Aθ) + g·μ′θ, K = (M+λI)⁻¹M, g = (M+λI)⁻¹m; with a free intercept centred moments take the place of M, and g = 0: the intercept takes μ′θ.
  struct Map {
    let penalty: Double
    let target: [Double]
    let sensitivity: Matrix
    let offset: [Double]
    let gain: Matrix
    let offsetGain: [Double]

    func callAsFunction(_ theta: [Double]) -> [Double] {
      let pushed = dot(offset, theta)
      return plus(gain.times(plus(target, sensitivity.times(theta))), offsetGain.map { $0 * pushed })
    }

    /// KA + gμ′.
    var linearPart: Matrix { gain * sensitivity + outer(offsetGain, offset) }

    /// The means of w₁, w₂, …: exact for the map of expectations, because the rows of a cycle are independent of the model that served in it, and the fit is linear in it.
    func path(_ fits: Int) -> [[Double]] {
      var theta = Array(repeating: 0.0, count: target.count), path: [[Double]] = []
      for _ in 0..<fits {
        theta = self(theta)
        path.append(theta)
      }
      return path
    }
  }

  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let seed: Int
    let population: Population
    let penalty: Double
    let intercept: Bool
    let sensitivity: [[Double]]
    var offset = [0.0, 0.0, 0.0]
    let target = [1, -0.5, 0.25]

    /// The second moments that the fit sees: about the mean with an intercept, else about zero.
    var moment: Matrix { intercept ? population.covariance : population.secondMoment }
    /// The mean that μ′θ pushes through.
    var mean: [Double] { intercept ? [0, 0, 0] : population.mean }

    /// [pop] the map at n = ∞.
    var map: Map {
      let inverted = inverse(moment + Matrix.identity(3) * penalty)
      return Map(
        penalty: penalty, target: target, sensitivity: Matrix(sensitivity), offset: offset, gain: inverted * moment,
        offsetGain: inverted.times(mean))
    }

    /// The map of expectations at n rows, to order 1/n.
    ///
    /// With R = (M+λI)⁻¹, Δ = M̂ − M and δ = x̄ − m: (M̂+λI)⁻¹ = R − RΔR + RΔRΔR − …, and K̂ = I − λ(M̂+λI)⁻¹. For Gaussian rows
    /// n·E[ΔRΔ] = M tr(RM) + MRM − 2m(m′Rm)m′ and n·E[ΔRδ] = m tr(RS) + SRm; with an intercept M and m are S and 0, and E Δ = −S/n from the divisor n.
    func map(rows n: Int) -> Map {
      let m = moment, r = inverse(m + Matrix.identity(3) * penalty), n = Double(n)
      let curvature = (1 / n) * (trace(r * m) * m + m * r * m - (2 * dot(mean, r.times(mean))) * outer(mean, mean))
      let shrinking = intercept ? (1 / n) * population.covariance : Matrix(rows: 3, columns: 3)
      let inverted = r + r * shrinking * r + r * curvature * r
      let s = population.covariance
      let coupling = plus(mean.map { $0 * trace(r * s) }, s.times(r.times(mean))).map { $0 / n }
      let offsetGain = plus(plus(r.times(mean), r.times(coupling).map { -$0 }), (r * curvature * r).times(mean))
      return Map(
        penalty: penalty, target: target, sensitivity: Matrix(sensitivity), offset: offset,
        gain: Matrix.identity(3) - penalty * inverted, offsetGain: intercept ? [0, 0, 0] : offsetGain)
    }

    /// **F2** [pop] "Stable θ_PS = [M(I−A)+λI]⁻¹Mb", and **F3** [pop] "θ_PS = (M+λI−mμ′)⁻¹Mb".
    var stable: [Double] {
      let identity = Matrix.identity(3)
      let system = moment * (identity - Matrix(sensitivity)) + penalty * identity - outer(mean, offset)
      return inverse(system).times(moment.times(target))
    }

    func document(cycles: Int, rows: Int) -> ScenarioDocument {
      scenario(
        seed: seed, cycles: cycles, rows: rows, world: population.world(coefficients: target),
        feedback: [
          [
            "kind": "location-family", "sensitivity": DocumentNode(.list(sensitivity.map { .numbers($0) })), "offset": .numbers(offset),
          ]
        ], learner: ["kind": "ridge", "penalty": .number(penalty), "intercept": .bool(intercept)])
    }
  }

  static let zero = [[0.0, 0, 0], [0, 0, 0], [0, 0, 0]]
  static let multiple = [[0.6, 0, 0], [0, 0.6, 0], [0, 0, 0.6]]
  static let skewed = [[0.5, 0.6, 0], [-0.1, 0.4, 0.5], [0.2, 0, 0.3]]

  static let cases = [
    Case(
      testDescription: "F2, A = 0.6 I, intercept", seed: 601, population: Population(features: 3, correlation: 0.5), penalty: 0.5,
      intercept: true,
      sensitivity: multiple),
    Case(
      testDescription: "F2, A not symmetric, intercept, mean not zero", seed: 602,
      population: Population(mean: [1, 0.5, -0.5], correlation: 0.5), penalty: 0.3,
      intercept: true, sensitivity: skewed),
    Case(
      testDescription: "F2, A not symmetric, no intercept, mean not zero", seed: 603,
      population: Population(mean: [1, 0.5, -0.5], correlation: 0.5),
      penalty: 0.3, intercept: false, sensitivity: skewed),
    Case(
      testDescription: "F3, penalty 0.3", seed: 604, population: Population(mean: [1, 0.5, -0.5], correlation: 0.5), penalty: 0.3,
      intercept: false,
      sensitivity: zero, offset: [0.6, 0.4, -0.3]),
    Case(
      testDescription: "F3, no penalty", seed: 605, population: Population(mean: [1, 0.5, -0.5], correlation: 0.5), penalty: 0,
      intercept: false,
      sensitivity: zero, offset: [0.6, 0.4, -0.3]),
    Case(
      testDescription: "F2 and F3 together", seed: 606, population: Population(mean: [1, 0.5, -0.5], correlation: -0.4), penalty: 0.2,
      intercept: false,
      sensitivity: skewed, offset: [0.2, -0.3, 0.1]),
  ]

  /// The eigenvalue of largest magnitude, with its left eigenvector; it has to be real and alone.
  static func dominant(_ matrix: Matrix) throws -> (value: Double, left: [Double]) {
    var left = [1.0, 0.9, 0.8], value = 0.0
    for _ in 0..<2000 {
      let next = matrix.transposeTimes(left)
      let size = dot(next, next).squareRoot()
      value = dot(left, next) / dot(left, left)
      left = next.map { $0 / size }
    }
    let residual = zip(matrix.transposeTimes(left), left).map { $0 - value * $1 }
    try #require(dot(residual, residual).squareRoot() < 1e-12, "a dominant eigenvalue that is real and alone")
    return (value, left)
  }

  @Test(arguments: cases) func `the weights settle at the stable point, at the rate of the spectral radius`(_ c: Case) async throws {
    let rows = 3000, cycles = 40, settled = 31...40, early = 1...6
    let stable = c.stable, limit = c.map, finite = c.map(rows: rows)
    let population = limit.path(cycles), expected = finite.path(cycles)
    // The two closed forms agree: the path of the map ends in the stable point. What is left of the start is allowed for.
    let (rate, left) = try Self.dominant(limit.linearPart)
    try #require(0.3 < rate && rate < 0.85)
    for (end, fixed) in zip(limit.path(400)[399], stable) { #expect(abs(end - fixed) < 1e-12) }

    let values = try await replicates(200, of: c.document(cycles: cycles, rows: rows)) { path in
      (early: early.map { path.weights(afterFits: $0) }, settled: path.meanWeights(fits: settled))
    }
    // What is O(1/n) is known; it is not subtracted but allowed for, doubled to cover higher orders, and it has to be small enough for the power rule.
    func allowed(_ k: Int) -> [Double] { zip(expected[k - 1], population[k - 1]).map { 2 * abs($0 - $1) } }
    let transient = average(settled) { k in zip(population[k - 1], stable).map { abs($0 - $1) }.max() ?? 0 }
    expectMeans(
      values.map(\.settled), equal: stable, resolving: 0.03, approximationErrors: allowed(cycles).map { $0 + transient }, "settled weights")
    for k in early {
      expectMeans(
        values.map { $0.early[k - 1] }, equal: population[k - 1], resolving: 0.03, approximationErrors: allowed(k),
        "weights after \(k) fits")
    }
    // The rate, along the dominant left eigenvector: the error after the next fit over the population's present one.
    for k in 1...2 {
      let present = dot(left, population[k - 1]) - dot(left, stable)
      let error = allowed(k + 1).enumerated().reduce(0.0) { $0 + abs(left[$1.offset]) * $1.element } / abs(present)
      expectMean(
        values.map { (dot(left, $0.early[k]) - dot(left, stable)) / present }, equals: rate, resolving: 0.12, approximationError: error,
        "rate after \(k) fits")
    }
  }

  @Test(arguments: cases.filter { $0.seed == 601 || $0.seed == 603 })
  func `at finite n the settled weights are off by the term of order 1 over n`(_ c: Case) async throws {
    // "At finite n a penalty biases by O(d/n)." Along the bias; the next order is smaller by a factor of about 10·d/n = 0.1, and 0.2 is allowed for. In the
    // other cases the bias is too small to be seen at a size where the next order is small too.
    let rows = 300, settled = 41...80
    let shift = zip(c.map(rows: rows).path(400)[399], c.stable).map { $0 - $1 }
    let size = dot(shift, shift).squareRoot(), direction = shift.map { $0 / size }
    let values = try await replicates(2000, of: c.document(cycles: 80, rows: rows)) { path in
      dot(direction, path.meanWeights(fits: settled)) - dot(direction, c.stable)
    }
    expectMean(values, equals: size, resolving: size, approximationError: 0.2 * size, "bias")
  }

  @Test func `without a penalty an offset biases by 2q(1−q) over n, whatever the number of features`() throws {
    // F3 at λ = 0: E[M̂⁻¹x̄] is not M⁻¹m. The terms of order 1/n collapse to M⁻¹m·(1 + 2q(1−q)/n), q = m′M⁻¹m < 1.
    let c = try #require(Self.cases.first { $0.seed == 605 }), n = 3000
    let exact = c.map.offsetGain, q = dot(c.mean, exact)
    for (finite, limit) in zip(c.map(rows: n).offsetGain, exact) {
      // A dozen roundings of numbers near one.
      #expect(abs(finite - limit * (1 + 2 * q * (1 - q) / Double(n))) < 1e-14)
    }
  }

  @Test func `with a free intercept an offset moves nothing but the intercept`() async throws {
    // Exact at any n: the intercept absorbs μ′θ, so that every fit is an untouched one and E w = b from the first on, E intercept = μ′b from the second.
    let c = Case(
      testDescription: "", seed: 607, population: Population(mean: [1, 0.5, -0.5], correlation: 0.5), penalty: 0, intercept: true,
      sensitivity: Self.zero, offset: [0.6, 0.4, -0.3])
    let values = try await replicates(400, of: c.document(cycles: 60, rows: 100)) { path in
      (weights: path.meanWeights(fits: 2...60), intercept: path.mean(fits: 2...60) { $0.intercept })
    }
    expectMeans(values.map(\.weights), equal: c.target, resolving: 0.02, "weights")
    expectMean(values.map(\.intercept), equals: dot(c.offset, c.target), resolving: 0.02, "intercept")
  }
}
