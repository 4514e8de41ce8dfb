import Foundation
import SkewlabComponents
import SkewlabEngine
import SkewlabNumerics
import Testing

/// THEORY.md, **P2**, **P3**, **P4**, **P6** (permutation, grid): what the other handling of data by one side's steps costs, in populations (see ``TablePopulation``) and by simulation.
@Suite struct StepDiscrepancyTests {
  typealias Numbers = SourceDiscrepancyTests.Numbers

  /// Normal numbers of the tests' own.
  static func normals(_ name: String, set: Int, _ count: Int) -> [Double] {
    RandomStream(seed: 78, name: "tests/step-discrepancies/\(name)").normals(count: count, at: .init(replicate: set, cycle: 0))
  }

  /// Correlated columns of a mean and spread of their own.
  static func columns(_ numbers: inout Numbers, _ name: String, set: Int, count: Int, rows: Int) -> [[Double]] {
    let common = normals(name + "/common", set: set, rows)
    return (0..<count).map { j in
      let own = normals("\(name)/\(j)", set: set, rows), mean = numbers.number(-3, 3), spread = numbers.number(0.3, 3)
      let tie = numbers.number(-1, 1)
      return zip(own, common).map { mean + spread * ($0 + tie * $1) }
    }
  }

  static func outcomes(_ numbers: inout Numbers, _ name: String, set: Int, _ columns: [[Double]]) -> [Double] {
    let weights = columns.map { _ in numbers.number(-2, 2) }, noise = normals(name + "/noise", set: set, columns[0].count)
    let intercept = numbers.number(-5, 5), size = numbers.number(0.1, 1)
    return noise.indices.map { i in
      zip(weights, columns).reduce(intercept) { $0 + $1.0 * $1.1[i] } + size * noise[i]
    }
  }

  static func isClose(_ value: Double, _ expected: Double) -> Bool {
    abs(value - expected) <= TablePopulation.tolerance * (abs(expected) + 1)
  }

  // MARK: P2

  /// Every row meets every combination of gaps as often as independent gaps at the rates p would make it: the population is a product, and so the law is exact.
  @Test(arguments: 0..<SourceDiscrepancyTests.sets)
  func `P2: missing values filled with another constant cost what the law says, in any population`(set: Int) throws {
    var numbers = Numbers("step-missing", set: set)
    let d = numbers.integer(1...3), grain = d == 3 ? 4 : 5, base = d == 3 ? 12 : 40
    let combinations = Int(pow(Double(grain), Double(d)))
    let few = Self.columns(&numbers, "missing", set: set, count: d, rows: base)
    let fewOutcomes = Self.outcomes(&numbers, "missing", set: set, few)
    let gaps = (0..<d).map { _ in numbers.integer(1...(grain - 1)) }, fills = (0..<d).map { _ in numbers.number(-4, 4) }
    let rows = base * combinations
    let complete = few.map { column in (0..<rows).map { column[$0 / combinations] } }
    let outcomes = (0..<rows).map { fewOutcomes[$0 / combinations] }
    var masked = complete
    for row in 0..<rows {
      var digits = row % combinations
      for j in 0..<d {
        if digits % grain < gaps[j] { masked[j][row] = .nan }
        digits /= grain
      }
    }
    let block = try BlockMoments(complete, outcomes), w = block.fit.weights
    let p = gaps.map { Double($0) / Double(grain) }, h = zip(block.mean, fills).map { $0 - $1 }
    var expected = 0.0
    for j in 0..<d {
      expected += p[j] * w[j] * w[j] * (block.covariance[j, j] + h[j] * h[j])
      for k in 0..<d where k != j { expected += p[j] * p[k] * w[j] * w[k] * (block.covariance[j, k] + h[j] * h[k]) }
    }
    let population = TablePopulation(
      features: (0..<d).map { .numbers(complete[$0] + masked[$0]) }, outcomes: outcomes + outcomes, blockRows: rows)
    let discrepancies = (0..<d).map { j -> DocumentNode in
      [
        "kind": "impute-mismatch", "id": .string("fill-\(j)"), "features": .texts(["x\(j + 1)"]), "with": "constant",
        "value": .number(fills[j]),
      ]
    }
    let records = try population.records(pipeline: ["impute"], discrepancies: DocumentNode(.list(discrepancies)))
    let best = (0..<rows).reduce(0.0) { sum, i in
      let error = outcomes[i] - block.fit.intercept - (0..<d).reduce(0) { $0 + w[$1] * complete[$1][i] }
      return sum + error * error
    }
    let excess = try #require(records[1]["served_loss"]) - best / Double(rows)
    #expect(Self.isClose(excess, expected), "\(excess) instead of \(expected)")
  }

  /// p = 0.2, w = 1.5, m = 2, σ = 1: 0 instead of the mean costs 2.25, the mean itself 0.45.
  @Test(arguments: [(0.0, 2.25), (2, 0.45)]) func `P2: a fifth of a feature filled with 0 or with its mean`(fill: Double, cost: Double)
    throws
  {
    let x = (0..<10).map { Double(2 * ($0 % 2) + 1) }
    let masked = x.enumerated().map { $0 / 2 == 2 ? .nan : $1 }, y = x.map { 1.5 * $0 }
    let records = try TablePopulation(features: [.numbers(x + masked)], outcomes: y + y, blockRows: 10)
      .records(pipeline: ["impute"], discrepancies: [["kind": "impute-mismatch", "with": "constant", "value": .number(fill)]])
    #expect(Self.isClose(try #require(records[1]["served_loss"]), cost))
  }

  // MARK: P3

  /// w′[DSD′ + hh′]w of standardised features whose scaler has other means m′ and deviations s′.
  static func scalerExcess(_ block: BlockMoments, scaler: BlockMoments) -> Double {
    let d = block.mean.count
    // On the standardised scale.
    let w = (0..<d).map { block.fit.weights[$0] * block.sd($0) }
    let v = (0..<d).map { w[$0] * (block.sd($0) / scaler.sd($0) - 1) }
    let shift = (0..<d).reduce(0) { $0 + w[$1] * (block.mean[$1] - scaler.mean[$1]) / scaler.sd($1) }
    var spread = 0.0
    for j in 0..<d {
      for k in 0..<d { spread += v[j] * v[k] * block.covariance[j, k] / block.sd(j) / block.sd(k) }
    }
    return spread + shift * shift
  }

  /// The scaler of the first block serves with the model of the second, on rows that are those of the second.
  @Test(arguments: 0..<SourceDiscrepancyTests.sets)
  func `P3: a scaler that was fitted on other rows costs what the law says, in any population`(set: Int) throws {
    var numbers = Numbers("step-scaler", set: set)
    let d = set % 3 == 0 ? 1 : numbers.integer(2...4), rows = 250
    let old = Self.columns(&numbers, "old", set: set, count: d, rows: rows)
    let new = Self.columns(&numbers, "new", set: set, count: d, rows: rows)
    let oldOutcomes = Self.outcomes(&numbers, "old", set: set, old), outcomes = Self.outcomes(&numbers, "new", set: set, new)
    let block = try BlockMoments(new, outcomes), scaler = try BlockMoments(old, oldOutcomes)
    let expected = Self.scalerExcess(block, scaler: scaler)
    if d == 1 {
      let (m, s, other, spread) = (block.mean[0], block.sd(0), scaler.mean[0], scaler.sd(0)), w = block.fit.weights[0] * s
      let form = w * w * ((s / spread - 1) * (s / spread - 1) + (m - other) * (m - other) / spread / spread)
      #expect(Self.isClose(expected, form))
    }
    let excess = try TablePopulation(
      features: (0..<d).map { .numbers(old[$0] + new[$0] + new[$0]) }, outcomes: oldOutcomes + outcomes + outcomes, blockRows: rows
    ).excess(pipeline: ["standardize"], discrepancies: [["kind": "stale-statistics", "cycles": 1]])
    #expect(Self.isClose(excess, expected), "\(excess) instead of \(expected)")
  }

  /// The model of the first block serves the second, whose law is the same but whose features are not; the service standardises them by themselves.
  @Test(arguments: 0..<SourceDiscrepancyTests.sets)
  func `P3: a shift erased by standardising the rows served costs what the law says, in any population`(set: Int) throws {
    var numbers = Numbers("step-erased", set: set)
    let d = set % 3 == 0 ? 1 : numbers.integer(2...4), rows = 250
    let old = Self.columns(&numbers, "before", set: set, count: d, rows: rows)
    let new = Self.columns(&numbers, "after", set: set, count: d, rows: rows)
    let oldOutcomes = Self.outcomes(&numbers, "before", set: set, old)
    let trained = try BlockMoments(old, oldOutcomes), served = try BlockMoments(new, oldOutcomes)
    // The truth is the model's line; what is left is orthogonal to the new features.
    let noise = try residuals(Self.normals("after/noise", set: set, rows), on: new)
    let outcomes = (0..<rows).map { i in
      (0..<d).reduce(trained.fit.intercept + noise[i]) { $0 + trained.fit.weights[$1] * new[$1][i] }
    }
    // On the model's scale z the service gives (z − a)/b per feature, a = (m′ − m)/s and b = s′/s.
    let w = (0..<d).map { trained.fit.weights[$0] * trained.sd($0) }
    let v = (0..<d).map { j in w[j] * (trained.sd(j) / served.sd(j) - 1) }
    let shift = (0..<d).reduce(0) { $0 + w[$1] * (trained.mean[$1] - served.mean[$1]) / trained.sd($1) }
    var expected = shift * shift
    for j in 0..<d {
      for k in 0..<d { expected += v[j] * v[k] * served.covariance[j, k] / trained.sd(j) / trained.sd(k) }
    }
    if d == 1 {
      let (b, a) = (served.sd(0) / trained.sd(0), (served.mean[0] - trained.mean[0]) / trained.sd(0))
      #expect(Self.isClose(expected, w[0] * w[0] * ((b - 1) * (b - 1) + a * a)))
    }
    let excess = try TablePopulation(
      features: (0..<d).map { .numbers(old[$0] + new[$0]) }, outcomes: oldOutcomes + outcomes, blockRows: rows
    ).excess(pipeline: ["standardize"], discrepancies: [["kind": "stale-statistics", "rows": "serving"]])
    #expect(Self.isClose(excess, expected), "\(excess) instead of \(expected)")
  }

  // MARK: P4

  /// A ring of rows whose discrete spectrum is that of φ^k but for frequency 0 (its mean is given), with noise orthogonal to the feature and to the feature k rows before.
  @Test(arguments: 0..<SourceDiscrepancyTests.sets)
  func `P4: a stale feature costs what its autocorrelation says, in any population`(set: Int) throws {
    var numbers = Numbers("step-stale", set: set)
    let phi = numbers.number(-0.3, 0.9), lag = numbers.integer(1...12), beta = numbers.number(-2, 2), mean = numbers.number(-3, 3)
    let intercept = numbers.number(-5, 5), rows = 500, half = rows / 2
    let phases = Self.normals("phases", set: set, half + 1)
    // |φ|^250 is below 4e-12: what goes around the ring is rounding.
    var x = Array(repeating: mean, count: rows)
    for k in 1...half {
      let angle = 2 * Double.pi * Double(k) / Double(rows)
      let power = (1 - phi * phi) / (1 - 2 * phi * cos(angle) + phi * phi) / Double(rows)
      let size = (k == half ? 1 : 2) * power.squareRoot(), phase = k == half ? 0 : 10 * phases[k]
      for i in 0..<rows { x[i] += size * cos(angle * Double(i) + phase) }
    }
    func shifted(_ k: Int) -> [Double] { (0..<rows).map { x[($0 - k + rows) % rows] } }
    func covariance(_ k: Int) -> Double { zip(x, shifted(k)).reduce(0) { $0 + ($1.0 - mean) * ($1.1 - mean) } / Double(rows) }
    let variance = covariance(0), kept = covariance(lag) / variance
    // Without the frequency 0 of its spectrum, the ring's autocorrelation is φ^k less a constant of the size 1/rows; the law is in terms of the ring's own.
    #expect(abs(kept - pow(phi, Double(lag))) < 2 * (1 + phi) / (1 - phi) / Double(rows))
    let noise = try residuals(Self.normals("ring", set: set, rows), on: [x, shifted(lag)])
    let y = zip(x, noise).map { intercept + beta * $0 + $1 }
    let table = TablePopulation(features: [.numbers(x + x + x)], outcomes: y + y + y, blockRows: rows)
    let old: DocumentNode = ["kind": "stale-feature", "id": "served", "rows": .integer(lag)]
    let served = try table.excess(pipeline: [], discrepancies: [old])
    #expect(Self.isClose(served, 2 * beta * beta * variance * (1 - kept)), "\(served)")
    var trained = old
    trained["id"] = "trained"
    trained["side"] = "training"
    let both = try table.records(pipeline: [], discrepancies: [old, trained]), plain = try table.records(pipeline: [], discrepancies: [])
    let loss = try #require(both[2]["served_loss"]) - #require(plain[2]["served_loss"])
    #expect(Self.isClose(loss, beta * beta * variance * (1 - kept * kept)), "\(loss)")
    #expect(both[2]["pipeline_skew"] == 0, "the sides agree")
  }

  // MARK: P5

  /// The noise that the discrepancy drew, with its own cross terms with the feature and the residual: attenuation is then exact in any block.
  @Test(arguments: 0..<SourceDiscrepancyTests.sets) func `P5: noise costs what attenuation says, in any population`(set: Int) throws {
    var numbers = Numbers("step-noise", set: set)
    let world = SourceDiscrepancyTests.gaussian(&numbers, features: 1), sd = numbers.number(0.3, 2)
    let scenario = try Scenario(
      ["world": world, "rows": 3000, "discrepancies": [["kind": "feature-noise", "sd": .number(sd)]]], catalog: .standard)
    let block = try SourceDiscrepancyTests.Block(scenario, rows: 3000)
    var noisy = block.rows
    for discrepancy in scenario.discrepancies { (discrepancy.component as? any SourceDiscrepancy)?.alter(&noisy) }
    let x = block.rows.features.column(0), read = noisy.features.column(0), y = block.rows.outcomes
    let u = zip(read, x).map { $0 - $1 }
    let joint = try BlockMoments([x, u], y), beta = block.fit.weights[0]
    let (vx, vu, xu) = (joint.covariance[0, 0], joint.covariance[1, 1], joint.covariance[0, 1])
    let residual = zip(x, y).map { $1 - block.fit.intercept - beta * $0 }
    let eu = zip(residual, u).reduce(0) { $0 + $1.0 * $1.1 } / Double(u.count), mean = joint.mean[1]
    // Trained clean, served noisy: β²(σ_u² + ū²) − 2βE(eu).
    let cleanNoisy = beta * beta * (vu + mean * mean) - 2 * beta * eu
    #expect(Self.isClose(block.excess(scenario), cleanNoisy))
    // The slope on noisy values is βλ, with the block's cross terms; what is left is the variance of y less what the noisy feature explains.
    let slope = (beta * (vx + xu) + eu) / (vx + vu + 2 * xu)
    let noisyFit = try BlockMoments([read], y).fit
    #expect(Self.isClose(noisyFit.weights[0], slope))
    func loss(_ model: LinearPredictor, _ values: [Double]) -> Double {
      zip(values, y).reduce(0) {
        $0 + ($1.1 - model.intercept - model.weights[0] * $1.0) * ($1.1 - model.intercept - model.weights[0] * $1.0)
      }
        / Double(y.count)
    }
    let base = loss(block.fit, x)
    // β²σ²(1 − λ) without cross terms: β²σ_x² − slope²(σ_x² + σ_u² + 2σ_xu).
    #expect(Self.isClose(loss(noisyFit, read) - base, beta * beta * vx - slope * slope * (vx + vu + 2 * xu)))
    // Served clean: β²(1 − λ)²σ_x², and the mean of the noise, which the intercept holds.
    #expect(Self.isClose(loss(noisyFit, x) - base, (beta - slope) * (beta - slope) * vx + slope * slope * mean * mean))
  }

  // MARK: P6

  @Test(arguments: 0..<SourceDiscrepancyTests.sets)
  func `P6: permuted categories cost what the law says, in any population`(set: Int) throws {
    var numbers = Numbers("step-category", set: set)
    let levels = (0..<numbers.integer(3...7)).map { "level-\($0)" }, rows = 300
    // Every level at least once, the rest as it comes.
    let draws = Self.normals("category/codes", set: set, rows)
    let codes = (0..<rows).map { $0 < levels.count ? $0 : Int(abs(draws[$0]) * 1.7) % levels.count }
    let x = Self.columns(&numbers, "category", set: set, count: 1, rows: rows)[0]
    let effects = levels.map { _ in numbers.number(-3, 3) }, noise = Self.normals("category/noise", set: set, rows)
    let y = (0..<rows).map { effects[codes[$0]] + 0.7 * x[$0] + noise[$0] }
    // Dummies of all levels but the first: the weight of the first is 0.
    let dummies = levels.indices.dropFirst().map { level in codes.map { $0 == level ? 1.0 : 0 } }
    let block = try BlockMoments(dummies + [x], y)
    let w = [0] + block.fit.weights.dropLast()
    let pair = [0, 1 + numbers.integer(0...(levels.count - 2))]
    let variants: [(DocumentNode, (Int) -> Int)] = [
      (["kind": "category-order"], { ($0 + 1) % levels.count }),
      (["kind": "category-order", "order": "reversed"], { levels.count - 1 - $0 }),
      (
        ["kind": "category-order", "exchange": .texts(pair.map { levels[$0] })],
        { $0 == pair[0] ? pair[1] : $0 == pair[1] ? pair[0] : $0 }
      ),
    ]
    let table = TablePopulation(
      features: [.words((codes + codes).map { levels[$0] }), .numbers(x + x)], outcomes: y + y, blockRows: rows)
    for (discrepancy, becomes) in variants {
      let expected = codes.reduce(0) { $0 + (w[$1] - w[becomes($1)]) * (w[$1] - w[becomes($1)]) } / Double(rows)
      let excess = try table.excess(pipeline: [["kind": "one-hot", "drop-first": true]], discrepancies: [discrepancy])
      #expect(Self.isClose(excess, expected), "\(discrepancy): \(excess) instead of \(expected)")
    }
  }

  // MARK: Simulation

  /// ⌊x/Δ⌋Δ = x − U: for a normal feature U is uniform on [0, Δ) and uncorrelated with x but for terms of its Fourier series, exp(−2π²σ²k²/Δ²) (Sheppard's corrections by Poisson summation).
  @Test(arguments: 0..<SourceDiscrepancyTests.sets) func `P6: a grid costs a third or a twelfth of its square`(set: Int) async throws {
    var numbers = Numbers("step-grid", set: set)
    let beta = numbers.number(0.7, 2), noise = numbers.number(0.1, 0.3), mean = numbers.number(-2, 2), intercept = numbers.number(-1, 1)
    let sd = numbers.number(0.7, 2), grid = sd * numbers.number(0.4, 1), floors = set % 2 == 0
    let world: DocumentNode = [
      "kind": "gaussian", "features": 1, "mean": .number(mean), "covariance": ["scaled": .number(sd * sd)], "coefficients": [.number(beta)],
      "intercept": .number(intercept), "noise": .number(noise),
    ]
    let shift = floors ? grid / 2 : 0
    @Sendable func expected(_ model: LinearPredictor) -> Double {
      SourceDiscrepancyTests.loss(
        model, read: (mean - shift, sd * sd + grid * grid / 12), covariance: sd * sd, feature: (mean, sd * sd), beta: beta,
        intercept: intercept, noise: noise)
    }
    let exact = beta * beta * grid * grid / (floors ? 3 : 12)
    #expect(SourceDiscrepancyTests.relative(expected(LinearPredictor(intercept: intercept, weights: [beta])) - noise * noise, exact))
    // Δ ≤ σ: exp(−2π²) = 2.7e-9 for the mean and square of U, times 2πσ²/Δ·Δ for its covariance with x; with the weights' squares below 4 and σ below 2.
    let fourier = 100 * beta * beta * sd * sd * exp(-2 * Double.pi * Double.pi * sd * sd / grid / grid)
    try await SourceDiscrepancyTests().check(
      floors ? "floor" : "round", set: set, world: world,
      discrepancies: [["kind": "truncate", "grid": .number(grid), "rule": floors ? "floor" : "round"]], resolving: 0.7 * exact,
      approximationError: fourier, expected: expected)
  }

  /// The expected loss of a one-hot model on rows whose codes are permuted, the frequencies being the world's.
  @Test(arguments: 0..<SourceDiscrepancyTests.sets) func `P6: permuted categories cost what the law says in a simulation`(set: Int)
    async throws
  {
    var numbers = Numbers("step-permutation", set: set)
    let levels = (0..<numbers.integer(3...5)).map { "level-\($0)" }, noise = numbers.number(0.3, 1), intercept = numbers.number(-1, 1)
    let weights = levels.map { _ in numbers.number(1, 3) }, total = weights.reduce(0, +),
      effects = levels.map { _ in numbers.number(-3, 3) }
    let shares = weights.map { $0 / total }
    let document = scenario(
      seed: 7000 + set, cycles: 1, rows: 500,
      world: [
        "kind": "categorical", "hour": false, "intercept": .number(intercept), "noise": .number(noise),
        "features": [
          ["name": "c", "levels": .texts(levels), "frequencies": .numbers(weights), "effects": .numbers(effects)]
        ],
      ])
    var altered = document
    altered.root["pipeline"] = ["one-hot"]
    altered.root["discrepancies"] = ["category-order"]
    let count = levels.count
    @Sendable func expected(_ model: LinearPredictor) -> Double {
      (0..<count).reduce(noise * noise) { sum, c in
        let error = model.intercept + model.weights[(c + 1) % count] - intercept - effects[c]
        return sum + shares[c] * error * error
      }
    }
    let exact = (0..<count).reduce(0.0) {
      $0 + shares[$1] * (effects[$1] - effects[($1 + 1) % count]) * (effects[$1] - effects[($1 + 1) % count])
    }
    #expect(
      SourceDiscrepancyTests.relative(expected(LinearPredictor(intercept: intercept, weights: effects)) - noise * noise, exact))
    let values = try await replicates(SourceDiscrepancyTests.replicateCount, of: altered) {
      $0.value("served_loss", cycle: 1) - expected($0.model(afterFits: 1))
    }
    expectMean(values, equals: 0, resolving: 0.7 * exact, "permuted, set \(set)")
  }
}
