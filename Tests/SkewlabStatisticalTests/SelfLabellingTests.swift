import Foundation
import SkewlabComponents
import SkewlabEngine
import SkewlabNumerics
import Testing

/// THEORY.md, **F6**: labels are the previous model's predictions with noise; k counts fits, the first on real labels.
@Suite struct SelfLabellingTests {
  static let features = 10, rows = 50, fits = 10, noise = 1.5

  static func document(
    seed: Int, population: Population = Population(features: features), rows: Int = rows, fits: Int = fits, window: DocumentNode,
    fixed: Bool = false,
    real: Double = 0, learner: DocumentNode = ols(intercept: false)
  ) -> ScenarioDocument {
    var world = population.world(coefficients: coefficients(population.features), noise: noise)
    if fixed { world["fixed-design"] = true }
    return scenario(
      seed: seed, cycles: fits - 1, rows: rows, world: world,
      feedback: [["kind": "self-labelling", "noise": .number(noise), "real": .number(real)]], learner: learner, window: window)
  }

  /// E(a + x′(w − β))² after each of the fits.
  static func excess(_ path: Path, _ population: Population, fits: Int = fits) -> [Double] {
    let truth = LinearPredictor(intercept: 0, weights: coefficients(population.features))
    return (1...fits).map { population.squaredDistance(path.model(afterFits: $0), truth) }
  }

  /// [n] k·v, any S: each fit adds an error that is independent of the last model. With an intercept too.
  @Test(arguments: [false, true]) func `replacing generations adds one fit's excess each`(intercept: Bool) async throws {
    let population = Population(features: Self.features, correlation: 0.5)
    let values = try await replicates(
      1500, of: Self.document(seed: 610, population: population, window: ["cycles": 1], learner: ols(intercept: intercept))
    ) { Self.excess($0, population) }
    let v = ClosedForms.excess(rows: Self.rows, features: Self.features, intercept: intercept, noise: Self.noise)
    for k in [1, 2, 5, 10] {
      // A mean over 1,500 replicates of a sum of ten squares and more: its standard error is about 0.45·k·v/√1500 = 0.012·k·v.
      expectMean(values.map { $0[k - 1] }, equals: Double(k) * v, resolving: 0.15 * Double(k) * v, "excess after \(k) fits")
    }
  }

  /// [n] v·Σ i⁻² on the same rows in each generation.
  @Test func `accumulating generations on the same rows sums inverse squares`() async throws {
    let population = Population(features: Self.features, correlation: 0.5)
    let values = try await replicates(2500, of: Self.document(seed: 611, population: population, window: "all", fixed: true)) {
      Self.excess($0, population)
    }
    let v = ClosedForms.excess(rows: Self.rows, features: Self.features, intercept: false, noise: Self.noise)
    for k in [1, 2, 5, 10] {
      let expected = v * ClosedForms.inverseSquares(k)
      expectMean(values.map { $0[k - 1] }, equals: expected, resolving: 0.1 * expected, "excess after \(k) fits")
      #expect(expected < v * Double.pi * Double.pi / 6)
    }
  }

  /// [n] σ²d·Σ 1/(i(in−d−1)) on fresh rows: at d = 10, n = 50, k = 10 it is 1.466v, where the same rows give 1.550v. The paired difference of the two tells them apart.
  @Test func `accumulating generations on fresh rows is a little better than on the same`() async throws {
    let population = Population(features: Self.features), seed = 612
    let fresh = try await replicates(6000, of: Self.document(seed: seed, window: "all")) { Self.excess($0, population) }
    let same = try await replicates(6000, of: Self.document(seed: seed, window: "all", fixed: true)) { Self.excess($0, population) }
    let v = ClosedForms.excess(rows: Self.rows, features: Self.features, intercept: false, noise: Self.noise)
    for k in [2, 5, 10] {
      let expected = ClosedForms.accumulatedExcess(rows: Self.rows, features: Self.features, fits: k, noise: Self.noise)
      expectMean(fresh.map { $0[k - 1] }, equals: expected, resolving: 0.08 * expected, "excess after \(k) fits")
      // What the generations after the first add, alone: the first is the same in both.
      let added = expected - v, addedSame = v * (ClosedForms.inverseSquares(k) - 1)
      expectMean(
        zip(same, fresh).map { $0[k - 1] - $1[k - 1] }, equals: addedSame - added, resolving: 2 * (addedSame - added),
        "the same rows minus fresh ones")
    }
    let last =
      ClosedForms.accumulatedExcess(rows: 50, features: 10, fits: 10, noise: 1)
      / ClosedForms.excess(rows: 50, features: 10, intercept: false)
    #expect(abs(last - 1.466) < 0.0005 && abs(ClosedForms.inverseSquares(10) - 1.550) < 0.0005)
  }

  /// [n] given X: Σ[a_j(1−r_j^k)² + σ²s_j/(s_j+Λ)²·(1−r_j^{2k})/(1−r_j²)], Euclidean. Each replicate has an X of its own, and is compared with the form at it.
  @Test func `a penalty on replaced generations forgets the truth, direction by direction`() async throws {
    let penalty = 0.3,
      document = Self.document(
        seed: 613, window: ["cycles": 1], fixed: true, learner: ["kind": "ridge", "penalty": .number(penalty), "intercept": false])
    let world = try Scenario(document.reseeded, catalog: .standard).world.component, truth = coefficients(Self.features)
    var gaps: [[Double]] = [], sizes: [[Double]] = []
    let paths = try await replicates(1600, of: document) { path in
      (1...Self.fits).map { k -> Double in
        let gap = zip(path.weights(afterFits: k), truth).map { $0 - $1 }
        return dot(gap, gap)
      }
    }
    for (replicate, errors) in paths.enumerated() {
      var rows = Rows(schema: world.schema, capacity: Self.rows, hasIdentities: false)
      world.draw(
        0..<Self.rows, at: RandomStream.Position(replicate: replicate, cycle: 0), conditions: WorldConditions(features: Self.features),
        into: &rows)
      let gram = rows.features.transposed * rows.features
      let expected = try (1...Self.fits).map {
        try ClosedForms.replacedRidgeError(gram, truth: truth, penalty: penalty * Double(Self.rows), noise: Self.noise, fits: $0)
      }
      gaps.append(zip(errors, expected).map { $0 - $1 })
      sizes.append(expected)
    }
    for k in [1, 2, 5, 10] {
      let size = sizes.reduce(0) { $0 + $1[k - 1] } / Double(sizes.count)
      expectMean(gaps.map { $0[k - 1] }, equals: 0, resolving: 0.1 * size, "error after \(k) fits minus the form")
    }
  }

  /// [≈ n ≫ d] v/(1−(1−α)²); exactly, the mix of real and own labels has the extra noise α(1−α)(x′(w − β))², as F1's exposed share has.
  @Test(arguments: [0.1, 0.5]) func `a share of real labels holds the excess`(real: Double) async throws {
    let population = Population(features: 5), rows = 200, cycles = 60
    let values = try await replicates(
      400,
      of: Self.document(
        seed: 614 + Int(100 * real), population: population, rows: rows, fits: cycles + 1, window: ["cycles": 1], real: real)
    ) { path in
      average(31...61) { Self.excess(path, population, fits: 61)[$0 - 1] }
    }
    let v = ClosedForms.excess(rows: rows, features: 5, intercept: false, noise: Self.noise)
    let exact = ClosedForms.exposedVariance(1, exposed: 1 - real, rows: rows, features: 5, squaredNorm: 0, excess: v)
    let limit = v / (1 - (1 - real) * (1 - real))
    expectMean(values, equals: exact, resolving: 0.15 * exact, "excess, exactly")
    // What the limit leaves out is that noise: α(1−α)·c with c = d/n to first order, over 1 − (1−α)².
    #expect(abs(exact / limit - 1) < 1.5 * real * (1 - real) * 5 / Double(rows) / (1 - (1 - real) * (1 - real)))
  }

  /// [≈ n ≫ d] Accumulated generations, of which each fit takes a sample as large as one: derived here.
  ///
  /// A fit's error is the mean error of the generations so far plus noise u of variance v: e_k = u_k + Σ_{i<k} u_i/(i+1). The fits of k and of an earlier i share one row in k on average, with its noise, so that
  /// cov(u_i, u_k) = v/k: E‖e_k‖² = v·Σ_{i,j} c_i c_j/max(i, j), c_k = 1 and else c_i = 1/(i+1), where the terms with i = j have no denominator.
  @Test func `a sample of accumulated generations is between replacing and accumulating`() async throws {
    let features = 3, rows = 300, fits = 8, population = Population(features: features)
    var document = Self.document(seed: 616, population: population, rows: rows, fits: fits, window: "all")
    document.root["retraining"]?["sample"] = .integer(rows)
    let values = try await replicates(2500, of: document) { Self.excess($0, population, fits: fits) }
    let v = ClosedForms.excess(rows: rows, features: features, intercept: false, noise: Self.noise)
    for k in [1, 2, 4, 8] {
      func weight(_ i: Int) -> Double { i == k ? 1 : 1 / Double(i + 1) }
      var expected = 0.0
      for i in 1...k { for j in 1...k { expected += v * weight(i) * weight(j) * (i == j ? 1 : 1 / Double(max(i, j))) } }
      // First order in d/n = 0.01, of a sum of k terms; doubled.
      expectMean(
        values.map { $0[k - 1] }, equals: expected, resolving: 0.2 * expected, approximationError: 2 * 0.01 * expected,
        "excess after \(k) fits")
      if k > 1 { #expect(expected > v * ClosedForms.inverseSquares(k) && expected < v * Double(k)) }
    }
  }
}
