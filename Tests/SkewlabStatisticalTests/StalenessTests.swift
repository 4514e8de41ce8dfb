import Foundation
import SkewlabEngine
import SkewlabNumerics
import Testing

/// THEORY.md, **S2** and **S3** (S1 is in `DriftTests`): models that grow old while the coefficients drift by δ per cycle, q = δ′Mδ, or walk with covariance Q per cycle, q = tr(QM).
@Suite struct StalenessTests {
  /// Ages 1…T, a refit of cost c every T cycles: **S2** [pop].
  static func ramp(_ interval: Int, cost: Double, drift: Double) -> Double {
    let t = Double(interval)
    return cost / t + drift * (t + 1) * (2 * t + 1) / 6
  }

  static func walk(_ interval: Int, cost: Double, drift: Double) -> Double {
    cost / Double(interval) + drift * (Double(interval) + 1) / 2
  }

  /// Sums of a few hundred terms of one sign.
  static let populationTolerance = 1e-10

  /// Uniform numbers of the suite's own.
  static func uniforms(_ name: String, _ count: Int) -> [Double] {
    let stream = RandomStream(seed: 42, name: "staleness/\(name)")
    return (0..<count).map { stream.uniform(at: RandomStream.Position(replicate: 0, cycle: 0), row: $0) }
  }

  /// Positive definite, from random numbers.
  static func secondMoment(_ numbers: [Double]) -> Matrix {
    let a = Matrix(rows: 3, columns: 3, elements: numbers.map { 2 * $0 - 1 })
    return a * a.transposed + Matrix.identity(3)
  }

  @Test func `S1 and S2 by iterating the population`() {
    for draw in 0..<20 {
      let numbers = Self.uniforms("population/\(draw)", 20)
      let m = Self.secondMoment(Array(numbers[0..<9])), delta = numbers[9..<12].map { 0.2 * $0 - 0.1 }
      let cost = numbers[12], interval = 1 + Int(12 * numbers[13])
      let q = dot(delta, m.times(delta))
      // The walk's covariance per cycle: independent coefficients.
      let steps = numbers[14..<17].map { 0.1 * $0 }
      let walkDrift = (0..<3).reduce(0.0) { $0 + steps[$1] * m[$1, $1] }

      var truth = [0.3, -1, 0.5], model = truth, variance = [0.0, 0, 0]
      var rampCost = cost, walkCost = cost
      let cycles = 6 * interval
      for cycle in 1...cycles {
        for j in 0..<3 {
          truth[j] += delta[j]
          variance[j] += steps[j]
        }
        let error = (0..<3).map { model[$0] - truth[$0] }, loss = dot(error, m.times(error))
        let age = Double((cycle - 1) % interval + 1)
        #expect(abs(loss - age * age * q) <= Self.populationTolerance * max(1, loss), "S1 at age \(age)")
        rampCost += loss
        walkCost += (0..<3).reduce(0.0) { $0 + variance[$1] * m[$1, $1] }
        // The fit at the end of the last cycle serves beyond the horizon, and is not counted.
        guard cycle % interval == 0, cycle < cycles else { continue }
        model = truth
        variance = [0, 0, 0]
        rampCost += cost
        walkCost += cost
      }
      let expectedRamp = Self.ramp(interval, cost: cost, drift: q), expectedWalk = Self.walk(interval, cost: cost, drift: walkDrift)
      #expect(abs(rampCost / Double(cycles) - expectedRamp) <= Self.populationTolerance * expectedRamp)
      #expect(abs(walkCost / Double(cycles) - expectedWalk) <= Self.populationTolerance * expectedWalk)
    }
  }

  /// The cost is convex in T, so that the discrete optimum lies within 1 of the continuous one: √(2c/q) for a walk; for a ramp the root of T²(4T + 3) = 6c/q, which is less than ¼ below (3c/2q)^⅓.
  @Test func `the discrete optimum is near the formulas`() throws {
    for draw in 0..<200 {
      let numbers = Self.uniforms("optimum/\(draw)", 2)
      let cost = 0.001 + numbers[0], drift = exp2(-12 * numbers[1])
      let ramp = try #require((1...2000).min { Self.ramp($0, cost: cost, drift: drift) < Self.ramp($1, cost: cost, drift: drift) })
      #expect(abs(Double(ramp) - cbrt(1.5 * cost / drift)) <= 1.25)
      let walk = try #require((1...2000).min { Self.walk($0, cost: cost, drift: drift) < Self.walk($1, cost: cost, drift: drift) })
      #expect(abs(Double(walk) - (2 * cost / drift).squareRoot()) <= 1)
    }
  }

  // MARK: Simulated

  static let features = 3, rows = 60
  static let population = Population(features: features, correlation: 0.5)
  static let names = ["x1", "x2", "x3"]

  /// A world whose coefficients all change, each by a number of its own where the profile is 1.
  static func document(seed: Int, cycles: Int, changes: [Double], profile: DocumentNode, rows: Int = rows) -> ScenarioDocument {
    var document = scenario(
      seed: seed, cycles: cycles, rows: rows, world: population.world(coefficients: coefficients(features)), learner: ols(intercept: false))
    let shifts = zip(names, changes).map { name, change -> DocumentNode in
      [
        "kind": "coefficient", "id": .string(name), "features": [.string(name)], "change": .number(change), "unit": "raw",
        "profile": profile,
      ]
    }
    document.root["shifts"] = DocumentNode(.list(shifts))
    return document
  }

  /// Exact at finite n: a fit on n rows of its own cycle misses by v on average, and independently of the drift after it.
  @Test(arguments: [1, 2, 3, 5]) func `S2 simulated: a ramp`(interval: Int) async throws {
    let cycles = 30, numbers = Self.uniforms("ramp/\(interval)", 4)
    let delta = numbers.prefix(3).map { 0.9 * $0 - 0.3 }, cost = 0.5 + numbers[3]
    var document = Self.document(seed: 61_000 + interval, cycles: cycles, changes: delta.map { $0 * Double(cycles) }, profile: "ramp")
    document.root["retraining"] = ["every": .integer(interval)]
    document.root["metrics"] = ["loss", ["kind": "average-cost", "refit-cost": .number(cost)]]
    let values = try await replicates(800, of: document) { $0.value("average_cost", cycle: cycles) }
    let q = dot(delta, Self.population.secondMoment.times(delta))
    let v = ClosedForms.excess(rows: Self.rows, features: Self.features, intercept: false)
    // Ages 0…T−1 instead of 1…T would take q·T² off the sum of T cycles.
    expectMean(
      values, equals: Self.ramp(interval, cost: cost, drift: q) + v, resolving: q * Double(interval),
      "average cost")
  }

  @Test(arguments: [1, 3, 5]) func `S2 simulated: a random walk`(interval: Int) async throws {
    let cycles = 30, numbers = Self.uniforms("walk/\(interval)", 4)
    let steps = numbers.prefix(3).map { 0.1 + 0.2 * $0 }, cost = 0.5 + numbers[3]
    var document = Self.document(seed: 62_000 + interval, cycles: cycles, changes: steps, profile: "random-walk")
    document.root["retraining"] = ["every": .integer(interval)]
    document.root["metrics"] = ["loss", ["kind": "average-cost", "refit-cost": .number(cost)]]
    let values = try await replicates(2000, of: document) { $0.value("average_cost", cycle: cycles) }
    // M has ones on its diagonal, and the features walk by themselves.
    let q = dot(steps, steps)
    let v = ClosedForms.excess(rows: Self.rows, features: Self.features, intercept: false)
    expectMean(values, equals: Self.walk(interval, cost: cost, drift: q) + v, resolving: 0.3 * q, "average cost")
  }

  // MARK: S3

  /// What S3 calls "about q(W²−1)(d+1)/(12Wn)", exactly, over q, for normal rows of mean zero and no intercept.
  ///
  /// With rows X of W cycles, N = Wn, the fit misses the coefficients of the cycle served by noise and by (X′X)⁻¹X′KXδ, K the ages 1…W. With k̄ = (W+1)/2 that is k̄δ + (X′X)⁻¹X′DXδ, D = K − k̄, whose second part has mean zero and is uncorrelated with
  /// the first, as the cycles are exchangeable. X = QS^½ with S = X′X and Q uniform on orthonormal N × d matrices, independent of S: for G = Q′DQ with tr D = 0, t = tr D², E G_ik G_lj = κ(δ_il δ_kj + δ_ij δ_kl) + μ δ_ik δ_lj, κ = t/((N−1)(N+2)), μ = −2κ/N.
  /// Hence E|S^−½GS^½δ|² = (κ+μ)|δ|² + κ·E tr S⁻¹·δ′Sδ, and E tr S⁻¹·δ′Sδ = |δ|²(Nd−2)/(N−d−1) (see `exposedVariance`). The norm is that of M, by a change of basis.
  static func spread(window: Int, rows n: Int, features d: Int) -> Double {
    let w = Double(window), total = w * Double(n), d = Double(d)
    let kappa = total * (w * w - 1) / 12 / ((total - 1) * (total + 2))
    return kappa * (1 - 2 / total + (total * d - 2) / (total - d - 1))
  }

  /// THEORY.md's own form.
  static func aboutSpread(window: Int, rows n: Int, features d: Int) -> Double {
    let w = Double(window)
    return (w * w - 1) * Double(d + 1) / (12 * w * Double(n))
  }

  /// The two agree to first order in 1/N: tr S⁻¹ is d/(N−d−1) instead of d/N, and so on. d + 3 of these cover it.
  @Test func `the exact spread of a window is about that of THEORY`() {
    for draw in 0..<50 {
      let numbers = Self.uniforms("spread/\(draw)", 3)
      let window = 2 + Int(10 * numbers[0]), d = 1 + Int(10 * numbers[1]), rows = 2 * d + 20 + Int(500 * numbers[2])
      let exact = Self.spread(window: window, rows: rows, features: d), about = Self.aboutSpread(window: window, rows: rows, features: d)
      #expect(abs(exact - about) <= Double(d + 3) / Double(window * rows) * about, "W = \(window), n = \(rows), d = \(d)")
    }
  }

  /// q = 4 or so per cycle makes the spread large beside the noise.
  @Test(arguments: [(2, 30), (4, 30), (4, 12)]) func `S3 simulated, exact at finite n`(window: Int, rows: Int) async throws {
    let cycles = 40, numbers = Self.uniforms("window/\(window)/\(rows)", 3)
    let delta = numbers.map { 0.8 + $0 }
    var document = Self.document(
      seed: 63_000 + window * 100 + rows, cycles: cycles, changes: delta.map { $0 * Double(cycles) }, profile: "ramp", rows: rows)
    document.root["retraining"] = ["every": 1, "window": ["cycles": .integer(window)]]
    let lag = (Double(window) + 1) / 2
    let beta = coefficients(Self.features)
    let values = try await replicates(1000, of: document) { path in
      func around(_ cyclesBack: Double) -> Double {
        average(window...cycles) { cycle in
          let age = Double(cycle) - cyclesBack
          let truth = LinearPredictor(intercept: 0, weights: zip(beta, delta).map { $0 + age * $1 })
          return Self.population.squaredDistance(path.model(afterFits: cycle), truth)
        }
      }
      return (served: around(0), late: around(lag))
    }
    let q = dot(delta, Self.population.secondMoment.times(delta)), total = Double(window * rows), d = Double(Self.features)
    let expected = d / (total - d - 1) + q * Self.spread(window: window, rows: rows, features: Self.features)
    expectMean(values.map(\.late), equals: expected, resolving: 0.1 * expected, "around the mean age")
    expectMean(values.map(\.served), equals: expected + q * lag * lag, resolving: 0.2 * q, "excess served")
  }
}
