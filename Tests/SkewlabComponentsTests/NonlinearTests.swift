import Foundation
import OrderedCollections
import SkewlabComponents
import SkewlabEngine
import SkewlabNumerics
import Testing

@Suite struct NonlinearTests {
  static func world(_ parameters: DocumentNode, _ shifts: DocumentNode = []) throws -> Scenario {
    var node: DocumentNode = ["kind": "nonlinear"]
    for (key, value) in parameters.entries ?? [:] { node[key] = value }
    return try scenario(("world", node), ("cycles", 5), ("shifts", shifts))
  }

  static func best(_ scenario: Scenario, _ change: (inout WorldConditions) -> Void = { _ in }) throws -> LinearPredictor {
    var conditions = WorldConditions(features: scenario.world.component.schema.count)
    change(&conditions)
    return try #require(scenario.world.component.bestPredictor(replicate: 0, conditions: conditions))
  }

  @Test func `a square has the slope of its tangent at the mean`() throws {
    let world = try Self.world([
      "features": 2, "mean": [1, -2], "sd": [2, 1], "coefficients": [3, 0], "curvature": [0.5, 1], "intercept": 0.25,
    ])
    // x²: slope 2m, constant sd² − m².
    #expect(try Self.best(world) == LinearPredictor(intercept: 0.25 + 0.5 * (4 - 1) + (1 - 4), weights: [4, -4]))
    let moved = try Self.best(world) {
      $0.featureOffsets[0] = 1
      $0.featureScales[1] = 3
    }
    #expect(moved == LinearPredictor(intercept: 0.25 + 0.5 * (4 - 4) + (9 - 4), weights: [5, -4]))
  }

  @Test func `a product has the slopes of its tangent plane`() throws {
    let world = try Self.world(["form": "interaction", "features": 3, "mean": [1, -2, 5], "coefficients": 1, "curvature": 2])
    #expect(try Self.best(world) == LinearPredictor(intercept: 4, weights: [-3, 3, 1]))
  }

  /// SciPy's dblquad (Tests/Reference/shift_figures.py) for the mean of sin(πx₁x₂) and its slopes; it reaches 1e−13.
  static let waves: [(centers: [Double], widths: [Double], mean: Double, slopes: [Double])] = [
    ([0.5, 0.5], [1, 1], 0.524663067575319, [0.671740228753574, 0.671740228753574]),
    ([0.9, 0.5], [1, 1], 0.5972299143346961, [-0.31767231400643137, 0.1334471460320357]),
    ([0.5, 0.2], [1.5, 0.5], 0.27399183550022266, [0.5218332833684027, 1.2656449285809863]),
    ([3, -2], [2, 1], 0.0013402729484521432, [-0.012062456536069268, 0.0321665507628514]),
  ]
  static let quadrature = 1e-11

  @Test(arguments: 0..<4) func `Friedman's first example has the best line that quadrature finds`(_ index: Int) throws {
    let wave = Self.waves[index]
    let world = try Self.world(["form": "friedman", "features": 6, "intercept": 1])
    let best = try Self.best(world) {
      for j in 0..<2 {
        $0.featureOffsets[j] = wave.centers[j] - 0.5
        $0.featureScales[j] = wave.widths[j]
      }
      $0.featureOffsets[2] = 0.25
    }
    let expected = [10 * wave.slopes[0], 10 * wave.slopes[1], 40 * 0.25, 10, 5, 0]
    for j in 0..<6 { #expect(abs(best.weights[j] - expected[j]) < Self.quadrature, "weight \(j + 1)") }
    // E y: 1 + 10·E sin + 20(¼² + 1/12) + 10/2 + 5/2.
    let mean = 1 + 10 * wave.mean + 20 * (0.0625 + 1.0 / 12) + 7.5
    let centers = wave.centers + [0.75, 0.5, 0.5, 0.5]
    #expect(abs(best.intercept + dot(best.weights, centers) - mean) < Self.quadrature)
  }

  @Test func `rows have the curve of their form`() throws {
    let rows = draw(try Self.world(["form": "friedman", "noise": 0]), 0..<2000)
    for i in 0..<2000 {
      let x = (0..<5).map { rows.features[i, $0] }
      #expect(x.allSatisfy { $0 > 0 && $0 < 1 })
      let expected = 10 * sin(.pi * x[0] * x[1]) + 20 * (x[2] - 0.5) * (x[2] - 0.5) + 10 * x[3] + 5 * x[4]
      #expect(abs(rows.outcomes[i] - expected) < 1e-12)
    }
    let product = draw(try Self.world(["form": "interaction", "features": 2, "curvature": 3, "noise": 0]), 0..<100)
    for i in 0..<100 {
      let (a, b) = (product.features[i, 0], product.features[i, 1])
      #expect(abs(product.outcomes[i] - (a + b + 3 * a * b)) < 1e-13)
    }
  }

  @Test func `a shift of the mean moves rows along the curve`() throws {
    let shifted = try Self.world(["features": 1, "coefficients": 1, "curvature": 0.5, "sd": 2], [["kind": "mean", "change": 0.5]])
    let before = draw(shifted, 0..<300, cycle: 3), after = drawShifted(shifted, 0..<300, cycle: 3)
    for i in 0..<300 {
      let x = before.features[i, 0]
      #expect(abs(after.features[i, 0] - (x + 1)) < 1e-13)
      #expect(abs(after.outcomes[i] - before.outcomes[i] - (1 + 0.5 * (2 * x + 1))) < 1e-12)
    }
  }
}
