import SkewlabComponents
import SkewlabEngine
import SkewlabNumerics
import Testing

@Suite struct GaussianTests {
  static let count = 200_000

  func draw(_ world: DocumentNode) throws -> Rows {
    let world = try scenario(("world", world)).world.component
    var rows = Rows(schema: world.schema, capacity: Self.count, hasIdentities: false)
    world.draw(0..<Self.count, at: .init(replicate: 0, cycle: 1), conditions: WorldConditions(features: world.schema.count), into: &rows)
    return rows
  }

  func moments(_ rows: Rows) -> Moments {
    var moments = Moments(dimension: rows.features.columns)
    moments.add(rows.features, rows: 0..<rows.count)
    return moments
  }

  /// A covariance of normals has standard error √((S_ii S_jj + S_ij²)/n); five of them is a false alarm once in 1.7 million, for some 50 entries here.
  func expectCovariance(_ world: DocumentNode, _ expected: Matrix) throws {
    let covariance = moments(try draw(world)).covariance()
    for i in 0..<expected.rows {
      for j in 0..<expected.columns {
        let variance = expected[i, i] * expected[j, j] + expected[i, j] * expected[i, j]
        #expect(abs(covariance[i, j] - expected[i, j]) < 5 * (variance / Double(Self.count)).squareRoot(), "entry \(i), \(j)")
      }
    }
  }

  @Test func `features have the covariance asked for`() throws {
    try expectCovariance(["kind": "gaussian", "features": 3], .identity(3))
    try expectCovariance(["kind": "gaussian", "features": 2, "covariance": ["scaled": [4, 0.25]]], .diagonal([4, 0.25]))
    try expectCovariance(
      ["kind": "gaussian", "features": 3, "covariance": ["equicorrelated": -0.4]],
      Matrix([[1, -0.4, -0.4], [-0.4, 1, -0.4], [-0.4, -0.4, 1]]))
    try expectCovariance(
      ["kind": "gaussian", "features": 3, "covariance": ["autoregressive": 0.8]],
      Matrix([[1, 0.8, 0.64], [0.8, 1, 0.8], [0.64, 0.8, 1]]))
    try expectCovariance(
      ["kind": "gaussian", "features": 2, "covariance": ["explicit": [[2, 0.5], [0.5, 1]]]], Matrix([[2, 0.5], [0.5, 1]]))
  }

  @Test func `features have the mean asked for`() throws {
    let mean = moments(try draw(["kind": "gaussian", "features": 2, "mean": [1e6, -3]])).mean
    #expect(abs(mean[0] - 1e6) < 5 / Double(Self.count).squareRoot())
    #expect(abs(mean[1] + 3) < 5 / Double(Self.count).squareRoot())
  }

  @Test(
    arguments: [
      ("unit", [0.5, 0.5, 0.5, 0.5]), (["sparse": 1], [1, 0, 0, 0]), ([1, -2, 0, 3], [1, -2, 0, 3]),
    ] as [(DocumentNode, [Double])])
  func `coefficients are as asked for`(node: DocumentNode, expected: [Double]) throws {
    let world = try scenario(("world", ["kind": "gaussian", "features": 4, "coefficients": node])).world.component
    #expect(world.bestPredictor(replicate: 3, conditions: WorldConditions(features: 4))?.weights == expected)
  }

  @Test func `random coefficients have their norm and are redrawn only when asked`() throws {
    func beta(_ replicate: Int, redraw: Bool) throws -> [Double] {
      let node: DocumentNode = ["kind": "gaussian", "features": 4, "coefficients": ["random": 2], "redraw": .bool(redraw)]
      let world = try scenario(("world", node)).world.component
      return try #require(world.bestPredictor(replicate: replicate, conditions: WorldConditions(features: 4))).weights
    }
    expectClose(dot(try beta(0, redraw: false), try beta(0, redraw: false)).squareRoot(), 2, relative: 1e-15 * 4)
    #expect(try beta(0, redraw: false) == beta(1, redraw: false))
    #expect(try beta(0, redraw: true) != beta(1, redraw: true))
  }

  /// The noise is what is left of the outcome. Variance of a variance: (kurtosis − 1)σ⁴/n, with kurtosis 3, 9 (Student t, ν = 5: 3 + 6/(ν−4)), and 3·E[((1+z²)/2)²] = 4.5.
  @Test(arguments: [
    ("normal", 3.0), ("student-t", 9.0), ("heteroscedastic", 4.5),
  ])
  func `noise has mean zero and the standard deviation asked for, whatever its shape`(shape: String, kurtosis: Double) throws {
    let noise: DocumentNode = ["shape": .string(shape), "sd": 1.5]
    let rows = try draw(["kind": "gaussian", "features": 2, "coefficients": [0, 0], "intercept": 10, "noise": noise])
    let errors = rows.outcomes.map { $0 - 10 }
    let n = Double(Self.count)
    let mean = errors.reduce(0, +) / n
    let variance = errors.map { $0 * $0 }.reduce(0, +) / n
    #expect(abs(mean) < 5 * 1.5 / n.squareRoot())
    #expect(abs(variance - 2.25) < 5 * 2.25 * ((kurtosis - 1) / n).squareRoot())
  }

  @Test func `heteroscedastic noise grows with the first feature as stated`() throws {
    let noise: DocumentNode = ["shape": "heteroscedastic", "sd": 1, "slope": 3]
    let rows = try draw(["kind": "gaussian", "features": 1, "mean": 2, "coefficients": [0], "noise": noise])
    // The regression of e² on z² has intercept 1/4 and slope 3/4.
    var moments = Moments(dimension: 2)
    let pairs = (0..<rows.count).map { i in [(rows.features[i, 0] - 2) * (rows.features[i, 0] - 2), rows.outcomes[i] * rows.outcomes[i]] }
    moments.add(Matrix(pairs), rows: 0..<rows.count)
    let slope = moments.cross[0, 1] / moments.cross[0, 0]
    // Var(e²|z) = 2((1+3z²)/4)⁴…: the slope's standard error, E[(z²−1)²·2((1+3z²)/4)²]/(4n), is below 0.009.
    #expect(abs(slope - 0.75) < 5 * 0.009)
  }

  /// Figures by SciPy's quadrature; ours are a trapezoidal rule and a closed form, both to rounding.
  @Test(arguments: [
    (0.3, 0.8, 0.5653678980690731, 0.21562646764657342, 0.407241873391555, 0.45538281382021306),
    (-2.0, 3.0, 0.28257601410432376, 0.09707076009127424, 0.20341252971015195, 0.09383728361546584),
    (1.0, 30.0, 0.5132714150284567, 0.013266518275799728, 0.5066484224234223, 0.0132956138170921),
  ])
  func `the best linear predictor of a binary outcome follows Stein's lemma`(
    mu: Double, tau: Double, logisticMean: Double, logisticSlope: Double, linearMean: Double, linearSlope: Double
  ) throws {
    for (link, mean, slope) in [("logistic", logisticMean, logisticSlope), ("linear", linearMean, linearSlope)] {
      let node: DocumentNode = [
        "kind": "gaussian", "features": 1, "coefficients": [.number(tau)], "intercept": .number(mu), "outcome": "binary",
        "link": .string(link),
      ]
      let world = try scenario(("world", node)).world.component
      let best = try #require(world.bestPredictor(replicate: 0, conditions: WorldConditions(features: 1)))
      expectClose(best.intercept, mean, relative: 1e-12)
      expectClose(best.weights[0], slope * tau, relative: 1e-12)
    }
  }

  @Test(arguments: ["binary", "count"])
  func `the best linear predictor is that of a large sample`(outcome: String) throws {
    let node: DocumentNode = [
      "kind": "gaussian", "features": 2, "coefficients": [0.5, -0.3], "intercept": 0.2, "mean": [1, 0], "outcome": .string(outcome),
    ]
    let rows = try draw(node)
    let world = try scenario(("world", node)).world.component
    let best = try #require(world.bestPredictor(replicate: 0, conditions: WorldConditions(features: 2)))
    var moments = Moments(dimension: 3)
    moments.add(Matrix(rows: rows.count, columns: 3, elements: rows.features.elements + rows.outcomes), rows: 0..<rows.count)
    let fit = try LinearFit.leastSquares(moments, features: ["a", "b"]).predictor
    // Residual variance is below 4, so a slope's standard error is below 2/√n.
    for (a, b) in zip(fit.weights, best.weights) { #expect(abs(a - b) < 5 * 2 / Double(Self.count).squareRoot()) }
    #expect(rows.outcomes.allSatisfy { outcome == "binary" ? $0 == 0 || $0 == 1 : $0 >= 0 && $0 == $0.rounded() })
  }
}
