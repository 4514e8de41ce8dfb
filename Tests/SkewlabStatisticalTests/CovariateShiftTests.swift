import Foundation
import SkewlabComponents
import SkewlabEngine
import SkewlabNumerics
import Testing

/// THEORY.md S4: the features' law changes, and what they mean does not.
@Suite struct CovariateShiftTests {
  /// **S4** [n] "Well-specified covariate shift, mean-zero training, no intercept: σ²tr(M_serve S_train⁻¹)/(n−d−1)".
  ///
  /// Fitted on untouched rows of cycle 0, served with moved means and other spreads: the error of the weights is independent of the rows served, with mean 0 and covariance σ²S⁻¹/(n−d−1).
  @Test(arguments: 1...4) func `a right model loses only its sampling error, weighed by where it is served`(_ index: Int) async throws {
    let features = 1 + index, rows = 25 + 5 * index
    let numbers = RandomStream(seed: UInt64(index), name: "tests/covariate").normals(
      count: 3 * features + 1, at: .init(replicate: 0, cycle: 0))
    let population = Population(features: features, correlation: tanh(numbers[0])), noise = 0.5 + abs(numbers[1])
    let offsets = Array(numbers[2..<2 + features]), scales = numbers[(2 + features)..<(2 + 2 * features)].map { exp(0.4 * $0) }
    var document = scenario(
      seed: 640 + index, cycles: 2, rows: rows, world: population.world(coefficients: coefficients(features), noise: noise),
      learner: ols(intercept: false))
    document.root["retraining"] = "never"
    document.root["shifts"] = DocumentNode(
      .list(
        (0..<features).flatMap { j -> [DocumentNode] in
          let name = DocumentNode.string("x\(j + 1)"), id = "x\(j + 1)"
          return [
            [
              "kind": "mean", "id": .string("m-" + id), "feature": name, "change": .number(offsets[j]), "unit": "raw",
              "profile": ["kind": "step", "from": 2],
            ],
            [
              "kind": "scale", "id": .string("s-" + id), "feature": name, "change": .number(scales[j] - 1),
              "profile": ["kind": "step", "from": 2],
            ],
          ]
        }))
    let values = try await replicates(3000, of: document) { path in
      [path.value("excess_loss", cycle: 1), path.value("excess_loss", cycle: 2)]
    }
    let inverted = inverse(population.covariance), degrees = Double(rows - features - 1)
    var serving = outer(offsets, offsets)
    for j in 0..<features { for i in 0..<features { serving[i, j] += scales[i] * scales[j] * population.covariance[i, j] } }
    let expected = noise * noise * trace(serving * inverted) / degrees
    let untouched = noise * noise * Double(features) / degrees
    expectMean(values.map { $0[0] }, equals: untouched, resolving: 0.5 * untouched, "excess before the shift")
    expectMean(values.map { $0[1] }, equals: expected, resolving: 0.6 * expected, "excess after the shift")
  }

  /// y = b₁x + b₂x², x ~ N(m₀, 1), then N(m₀ + h, 1).
  struct Curve: Sendable {
    let mean: Double, slope: Double, curvature: Double, shift: Double

    init(_ index: Int) {
      let numbers = RandomStream(seed: UInt64(index), name: "tests/curve").normals(count: 4, at: .init(replicate: 0, cycle: 0))
      mean = numbers[0]
      slope = numbers[1]
      curvature = numbers[2]
      shift = 0.5 + abs(numbers[3])
    }

    func document(seed: Int, rows: Int, noise: Double) -> ScenarioDocument {
      var document = scenario(
        seed: seed, cycles: 2, rows: rows,
        world: [
          "kind": "nonlinear", "features": 1, "mean": .number(mean), "coefficients": .number(slope), "curvature": .number(curvature),
          "noise": .number(noise),
        ])
      document.root["shifts"] = [["kind": "mean", "change": .number(shift), "profile": ["kind": "step", "from": 2]]]
      document.root["retraining"] = "never"
      return document
    }

    /// b₂²(4h² + h⁴).
    var excess: Double { curvature * curvature * (4 * shift * shift + pow(shift, 4)) }
  }

  /// **S4** [pop] "above the true function b₂²(2+4h²+h⁴); above the best linear predictor b₂²(4h²+h⁴)", at the tolerance of a population map.
  @Test(arguments: 1...8) func `the best line of before loses what the curvature says, exactly`(_ index: Int) throws {
    let curve = Curve(index)
    let shifted = try Scenario(curve.document(seed: 1, rows: 50, noise: 1), catalog: .standard)
    func best(_ cycle: Int) throws -> LinearPredictor {
      var conditions = WorldConditions(features: 1)
      shifted.shifts[0].component.apply(to: &conditions, at: .init(replicate: 0, cycle: cycle))
      return try #require(shifted.world.component.bestPredictor(replicate: 0, conditions: conditions))
    }
    let old = try best(1), new = try best(2), m = curve.mean + curve.shift, h = curve.shift, c = curve.curvature
    // E over N(m, 1) of squared differences of a quadratic a + bu + cu², u = x − m: a² + 2ac + b² + 3c².
    func square(_ a: Double, _ b: Double, _ c: Double) -> Double { a * a + 2 * a * c + b * b + 3 * c * c }
    func gap(_ line: LinearPredictor, truth: Bool) -> Double {
      let slope = line.weights[0], value = line.intercept + slope * m
      let other =
        truth ? (curve.slope * m + c * m * m, curve.slope + 2 * c * m, c) : (new.intercept + new.weights[0] * m, new.weights[0], 0)
      return square(value - other.0, slope - other.1, -other.2)
    }
    #expect(abs(gap(old, truth: false) - curve.excess) <= 1e-10 * curve.excess)
    let above = c * c * (2 + 4 * h * h + pow(h, 4))
    #expect(abs(gap(old, truth: true) - above) <= 1e-10 * above)
    #expect(abs(gap(new, truth: true) - 2 * c * c) <= 1e-10 * 2 * c * c)
  }

  /// The same by simulation. At n rows the fit of cycle 0 adds a variance below (σ² + 12b₂²)(2 + h²)/n and a bias of the slope below 12b₂/n, which moves the excess by at most that times its slope 2·b₂(2h)(1 + h²).
  @Test(arguments: 1...3) func `a line fitted before the shift loses what the curvature says`(_ index: Int) async throws {
    let curve = Curve(index), rows = 4000, noise = 0.5
    let values = try await replicates(200, of: curve.document(seed: 660 + index, rows: rows, noise: noise)) { path in
      path.value("excess_loss", cycle: 2)
    }
    let h = curve.shift, c2 = curve.curvature * curve.curvature
    let error = ((noise * noise + 12 * c2) * (2 + h * h) + 12 * c2 * 4 * h * (1 + h * h)) / Double(rows)
    expectMean(values, equals: curve.excess, resolving: 0.4 * curve.excess + 2 * error, approximationError: error, "excess after the shift")
  }
}
