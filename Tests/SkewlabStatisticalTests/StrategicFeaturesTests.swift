import Foundation
import SkewlabComponents
import SkewlabEngine
import SkewlabNumerics
import Testing

/// THEORY.md, **F5**: features move with the deployed weights, x′ = x − εBθ.
@Suite struct StrategicFeaturesTests {
  /// Numbers between −1 and 1 that differ from case to case.
  static func random(_ name: String, _ count: Int) -> [Double] {
    RandomStream(seed: 5, name: "strategic/\(name)").uniforms(count: count, at: .init(replicate: 0, cycle: 0)).map { 2 * $0 - 1 }
  }

  /// B, a 3 × 3 matrix that is not symmetric.
  static func sensitivity(_ name: String) -> Matrix { Matrix.identity(3) + 0.5 * Matrix(rows: 3, columns: 3, elements: random(name, 9)) }

  static func node(_ matrix: Matrix) -> DocumentNode {
    DocumentNode(.list((0..<matrix.rows).map { i in .numbers((0..<matrix.columns).map { matrix[i, $0] }) }))
  }

  // MARK: With a free intercept

  /// A table whose rows are all served in each cycle: its least squares is the population's.
  static func table(_ name: String) throws -> URL {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("skewlab-" + UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let numbers = random("rows \(name)", 4 * 60)
    let lines = (0..<60).map { i in (0..<4).map { "\(numbers[4 * i + $0])" }.joined(separator: ",") }
    try Data(("a,b,c,y\n" + lines.joined(separator: "\n") + "\n").utf8).write(to: folder.appendingPathComponent("t.csv"))
    return folder
  }

  /// **F5** [pop] "One retraining after the untouched fit reaches the stable point, and PS = PO", at 1e-10, for random tables, sensitivities, strengths and penalties.
  @Test(arguments: 1...6) func `with a free intercept one retraining reaches the stable point, which is optimal`(case number: Int) throws {
    let name = "free \(number)", folder = try Self.table(name)
    defer { try? FileManager.default.removeItem(at: folder) }
    let matrix = Self.sensitivity(name), strength = 3 * Self.random("strength \(name)", 1)[0]
    let penalty = number % 2 == 0 ? 0.3 * Double(number) : 0
    var document = scenario(
      seed: number, cycles: 4, rows: 60,
      world: ["kind": "table", "path": "t.csv", "target": "y", "draw": "in-order", "when-exhausted": "wrap"],
      feedback: [["kind": "strategic-features", "strength": .number(strength), "sensitivity": Self.node(matrix)]],
      learner: ["kind": "ridge", "penalty": .number(penalty)])
    document.folder = folder.path
    let made = try Scenario(document, catalog: .standard)
    var simulation = Simulation(made)
    let path = Path(records: simulation.run(), trainingRMSE: .nan)
    let first = path.model(afterFits: 1), scale = 1 + abs(strength)
    func expectSame(_ a: Double, _ b: Double, _ what: String) { #expect(abs(a - b) < 1e-10 * scale, "\(what): \(a), \(b)") }
    let moved = strength * dot(first.weights, matrix.times(first.weights))
    for fit in 2...5 {
      let model = path.model(afterFits: fit)
      for (weight, start) in zip(model.weights, first.weights) { expectSame(weight, start, "weights stay") }
      expectSame(model.intercept, first.intercept + moved, "the intercept absorbs the move")
    }
    let stable = path.value("served_loss", cycle: 2)
    expectSame(path.value("served_loss", cycle: 1), stable + moved * moved, "the first model is caught out")
    expectSame(path.value("untouched_loss", cycle: 2), stable + moved * moved, "and the second misses on untouched rows")
    // No model can lose less on moved rows: the outcome given x′ is what it was given x. With a penalty the objective is the same but for a constant.
    if penalty == 0 { expectSame(stable, path.value("best_loss", cycle: 2), "stable is optimal") }
    try #require(abs(moved) > 1e-4)
  }

  // MARK: Without an intercept

  /// The population map t ↦ 1/(1+ε²t²‖β‖²v) of the multiple of β: rows whose mean is v-dispersed along β. Without an intercept, features of mean 0 and identity, x′ = x + c
  /// has E x′x′′ = I + cc′ and E x′y = β.
  static func path(_ strength: Double, dispersion v: Double, fits: Int) -> [Double] {
    var t = 1.0, path = [1.0]
    while path.count < fits {
      t = 1 / (1 + strength * strength * t * t * v)
      path.append(t)
    }
    return path
  }

  static let rows = 4000, features = 3
  /// O(d/n): the map's second derivative in w is below 2 here, half of it times tr Cov(w) = d/n; the ratio of means adds 2q(1−q)/n < d/n. Doubled.
  static let finiteRows = 2 * 2 * Double(features) / Double(rows)

  @Test(arguments: [0.5, 0.8, 1.2]) func `without an intercept the loop has another stable point, at its own rate`(strength: Double)
    async throws
  {
    let beta = coefficients(Self.features), cycles = 30
    let values = try await replicates(
      200,
      of: scenario(
        seed: 500 + Int(100 * strength), cycles: cycles, rows: Self.rows,
        world: Population(features: Self.features).world(coefficients: beta),
        feedback: [["kind": "strategic-features", "strength": .number(strength)]], learner: ols(intercept: false))
    ) { path in
      (early: (1...6).map { dot(beta, path.weights(afterFits: $0)) }, late: dot(beta, path.meanWeights(fits: 26...30)))
    }
    let expected = Self.path(strength, dispersion: 1, fits: 200)
    for k in 1...6 {
      expectMean(
        values.map { $0.early[k - 1] }, equals: expected[k - 1], resolving: 0.02, approximationError: Self.finiteRows,
        "multiple of β after \(k) fits")
    }
    let late = expected[25...29].reduce(0, +) / 5
    expectMean(values.map(\.late), equals: late, resolving: 0.02, approximationError: Self.finiteRows, "settled multiple of β")
    #expect(abs(late - expected[199]) < 0.02, "settled")
  }

  /// With an intercept, but rows that move by a factor r of variance v: x′ has covariance I + v·cc′.
  @Test func `a share of rows that moves, or groups that move differently, shrink the weights`() async throws {
    let beta = coefficients(Self.features), strength = 2.0, share = 0.4
    let responses: [(DocumentNode, DocumentNode, Double)] = [
      (
        Population(features: Self.features).world(coefficients: beta),
        ["kind": "strategic-features", "strength": 2, "exposed": .number(share)],
        share * (1 - share)
      ),
      (
        [
          "kind": "mixture", "features": 3,
          "groups": [
            ["name": "a", "share": .number(share), "coefficients": .numbers(beta)],
            ["name": "b", "share": .number(1 - share), "coefficients": .numbers(beta)],
          ],
        ], ["kind": "strategic-features", "strength": 2, "responsiveness": [1, -0.5]], share * (1 - share) * 1.5 * 1.5
      ),
    ]
    for (index, (world, response, dispersion)) in responses.enumerated() {
      let values = try await replicates(
        200,
        of: scenario(
          seed: 520 + index, cycles: 25, rows: Self.rows, world: world, feedback: [response])
      ) { path in
        (second: dot(beta, path.weights(afterFits: 2)), late: dot(beta, path.meanWeights(fits: 21...25)))
      }
      let expected = Self.path(strength, dispersion: dispersion, fits: 200)
      expectMean(values.map(\.second), equals: expected[1], resolving: 0.02, approximationError: Self.finiteRows, "after 2 fits")
      let late = expected[20...24].reduce(0, +) / 5
      expectMean(values.map(\.late), equals: late, resolving: 0.02, approximationError: Self.finiteRows, "settled")
    }
  }

  /// Errors in variables [n]: x′ is normal given the model, with covariance S + ε²s²BB′ over the known weights, and the intercept takes the common move: E w = (S + ε²s²BB′)⁻¹Sβ.
  @Test func `people who know the weights badly blur their features`() async throws {
    let population = Population(features: Self.features, correlation: 0.5), beta = coefficients(Self.features)
    let matrix = Self.sensitivity("noise"), strength = 1.5, noise = 0.6
    let known = Matrix([[1, 0, 0], [0, 0, 0], [0, 0, 1]])
    let blur = (strength * noise * strength * noise) * (matrix * known * matrix.transposed)
    let expected = inverse(population.covariance + blur).times(population.covariance.times(beta))
    let values = try await replicates(
      300,
      of: scenario(
        seed: 530, cycles: 20, rows: 300, world: population.world(coefficients: beta),
        feedback: [
          [
            "kind": "strategic-features", "strength": .number(strength), "sensitivity": Self.node(matrix), "known": ["x1", "x3"],
            "knowledge-noise": .number(noise),
          ]
        ])
    ) { $0.meanWeights(fits: 2...20) }
    expectMeans(values, equal: expected, resolving: 0.03, "weights")
  }
}
