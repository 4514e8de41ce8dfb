import Foundation
import SkewlabComponents
import SkewlabEngine
import SkewlabNumerics
import Testing

/// THEORY.md, **P1**, **P4**, **P5**, **P6** (exchange) and the hour: what one side's other raw rows cost.
///
/// Each law is met twice. *Population:* a block of rows is a population of its own, in which least squares and its residuals obey the law to rounding, whatever the rows are; the block
/// goes through the discrepancy as a simulation reads it. *Simulation:* the whole loop, against the expected loss of the very model that was fitted, so that no sampling error of the fit is
/// left to bound; with the true weights in place of the fitted ones that expectation is the closed form, which is checked too.
@Suite struct SourceDiscrepancyTests {
  /// Sums of some 3,000 products of numbers of one size, and a solution of normal equations with condition numbers below 1e4: rounding stays below 1e-11 relative.
  static let population = 1e-10
  /// Random parameter sets a law.
  static let sets = 50

  /// Numbers of the tests' own, in an interval.
  struct Numbers {
    private let values: [Double]
    private var next = 0
    init(_ name: String, set: Int) {
      values = RandomStream(seed: 77, name: "tests/source-discrepancies/\(name)")
        .uniforms(count: 200, at: RandomStream.Position(replicate: set + 1000 * (seedOffset ?? 0), cycle: 0))
    }
    mutating func number(_ low: Double, _ high: Double) -> Double {
      next += 1
      return low + (high - low) * values[next - 1]
    }
    mutating func integer(_ range: ClosedRange<Int>) -> Int {
      min(range.upperBound, Int(number(Double(range.lowerBound), Double(range.upperBound + 1))))
    }
  }

  /// A block of rows with moments, and the least squares of the block.
  struct Block {
    let rows: Rows
    let moments: Moments
    let fit: LinearPredictor

    init(_ scenario: Scenario, rows count: Int) throws {
      let world = scenario.world.component
      var rows = Rows(schema: world.schema, capacity: count, hasIdentities: false)
      world.draw(
        0..<count, at: .init(replicate: 0, cycle: 1), conditions: WorldConditions(features: world.schema.count), into: &rows)
      self.rows = rows
      var moments = Moments(dimension: world.schema.count + 1)
      moments.add(
        Matrix(rows: count, columns: world.schema.count + 1, elements: rows.features.elements + rows.outcomes), rows: 0..<count)
      self.moments = moments
      fit = try LinearFit.leastSquares(moments, features: world.schema.names).predictor
    }

    /// The mean squared error of the block's least squares on these features.
    func loss(_ features: Matrix) -> Double {
      var total = 0.0
      for i in 0..<rows.count {
        var error = fit.intercept - rows.outcomes[i]
        for j in fit.weights.indices { error += fit.weights[j] * features[i, j] }
        total += error * error
      }
      return total / Double(rows.count)
    }

    /// What is added when the features go through the scenario's source discrepancies.
    func excess(_ scenario: Scenario) -> Double {
      var altered = rows
      for discrepancy in scenario.discrepancies { (discrepancy.component as? any SourceDiscrepancy)?.alter(&altered) }
      return loss(altered.features) - loss(rows.features)
    }
  }

  static func gaussian(_ numbers: inout Numbers, features: Int) -> DocumentNode {
    [
      "kind": "gaussian", "features": .integer(features), "mean": .numbers((0..<features).map { _ in numbers.number(-3, 3) }),
      "covariance": ["autoregressive": .number(numbers.number(-0.8, 0.8))],
      "coefficients": .numbers((0..<features).map { _ in numbers.number(-2, 2) }), "intercept": .number(numbers.number(-5, 5)),
      "noise": .number(numbers.number(0.1, 2)),
    ]
  }

  /// w′[DSD′ + hh′]w, D = A − I, h = Dm + b.
  static func affineExcess(_ w: [Double], _ a: Matrix, offset: [Double], mean: [Double], covariance: Matrix) -> Double {
    let moved = a - .identity(w.count)
    let h = plus(moved.times(mean), offset), v = moved.transposeTimes(w)
    return dot(v, covariance.times(v)) + dot(w, h) * dot(w, h)
  }

  @Test(arguments: 0..<sets) func `P1: features in other units cost what the affine law says, in any population`(set: Int) throws {
    var numbers = Numbers("unit", set: set)
    let features = numbers.integer(2...6)
    let world = Self.gaussian(&numbers, features: features)
    var a = Matrix.identity(features), offset = Array(repeating: 0.0, count: features)
    // Two discrepancies, one after another, the second on one of the first's features too.
    var discrepancies: [DocumentNode] = []
    for (id, columns) in [("first", [0, 1]), ("second", [1])] {
      let factor = numbers.number(-2, 2), shift = numbers.number(-3, 3)
      discrepancies.append([
        "kind": "unit", "id": .string(id), "features": .texts(columns.map { "x\($0 + 1)" }), "factor": .number(factor),
        "offset": .number(shift),
      ])
      for j in columns {
        a[j, j] *= factor
        offset[j] = factor * offset[j] + shift
      }
    }
    let document: ScenarioDocument = ["world": world, "rows": 3000, "discrepancies": DocumentNode(.list(discrepancies))]
    let scenario = try Scenario(document, catalog: .standard)
    let block = try Block(scenario, rows: 3000)
    let expected = Self.affineExcess(
      block.fit.weights, a, offset: offset, mean: Array(block.moments.mean.prefix(features)),
      covariance: block.moments.covariance().leading(features))
    let excess = block.excess(scenario)
    #expect(abs(excess - expected) <= Self.population * (expected + 1), "\(excess) instead of \(expected)")
  }

  @Test(arguments: 0..<sets) func `P6: exchanged features cost what the affine law says, in any population`(set: Int) throws {
    var numbers = Numbers("swap", set: set)
    let features = numbers.integer(2...6)
    let world = Self.gaussian(&numbers, features: features)
    let first = numbers.integer(0...(features - 1)), second = (first + numbers.integer(1...(features - 1))) % features
    let document: ScenarioDocument = [
      "world": world, "rows": 3000,
      "discrepancies": [["kind": "swap-features", "features": .texts(["x\(first + 1)", "x\(second + 1)"])]],
    ]
    let scenario = try Scenario(document, catalog: .standard)
    let block = try Block(scenario, rows: 3000)
    var a = Matrix.identity(features)
    (a[first, first], a[second, second], a[first, second], a[second, first]) = (0, 0, 1, 1)
    let expected = Self.affineExcess(
      block.fit.weights, a, offset: Array(repeating: 0, count: features), mean: Array(block.moments.mean.prefix(features)),
      covariance: block.moments.covariance().leading(features))
    let excess = block.excess(scenario)
    #expect(abs(excess - expected) <= Self.population * (expected + 1), "\(excess) instead of \(expected)")
    // The special case of the theory: two independent features of variance 1 and mean 0.
    let (wi, wj) = (block.fit.weights[first], block.fit.weights[second])
    let special = Self.affineExcess(
      block.fit.weights, a, offset: Array(repeating: 0, count: features), mean: Array(repeating: 0, count: features),
      covariance: .identity(features))
    #expect(abs(special - 2 * (wi - wj) * (wi - wj)) <= Self.population * (special + 1))
  }

  // MARK: Simulation

  /// The expected loss of a model a + wx on an outcome b₀ + βx + ε when it reads x̃ with mean m̃, variance ṽ and covariance c with x, x having mean m and variance v.
  static func loss(
    _ model: LinearPredictor, read: (mean: Double, variance: Double), covariance: Double, feature: (mean: Double, variance: Double),
    beta: Double, intercept: Double, noise: Double
  ) -> Double {
    let w = model.weights[0]
    let bias = model.intercept + w * read.mean - intercept - beta * feature.mean
    return noise * noise + bias * bias + w * w * read.variance - 2 * w * beta * covariance + beta * beta * feature.variance
  }

  static let replicateCount = 200

  /// One feature, fitted in cycle 0 and served in cycles 1 and 2; the mean over replicates of served loss less its expectation given the model.
  func check(
    _ what: String, set: Int, world: DocumentNode, discrepancies: [DocumentNode], rows: Int = 500, resolving: Double,
    approximationError: Double = 0, expected: @escaping @Sendable (LinearPredictor) -> Double
  ) async throws {
    var document = scenario(seed: 4000 + set, cycles: 2, rows: rows, world: world)
    document.root["discrepancies"] = DocumentNode(.list(discrepancies))
    let values = try await replicates(Self.replicateCount, of: document) { path in
      average(1...2) { path.value("served_loss", cycle: $0) - expected(path.model(afterFits: $0)) }
    }
    expectMean(values, equals: 0, resolving: resolving, approximationError: approximationError, "\(what), set \(set)")
  }

  static func relative(_ value: Double, _ expected: Double, _ tolerance: Double = population) -> Bool {
    abs(value - expected) <= tolerance * max(1, abs(expected))
  }

  @Test(arguments: 0..<sets) func `P4: a stale feature costs what its autocorrelation says`(set: Int) async throws {
    var numbers = Numbers("stale", set: set)
    let phi = numbers.number(0.3, 0.9), lag = numbers.integer(2...8), beta = numbers.number(0.7, 2), noise = numbers.number(0.3, 1)
    let mean = numbers.number(-2, 2), intercept = numbers.number(-1, 1), cycles = numbers.integer(0...3) == 0
    let world: DocumentNode = [
      "kind": "autoregressive", "features": 1, "autocorrelation": .number(phi), "mean": .number(mean), "coefficients": [.number(beta)],
      "intercept": .number(intercept), "noise": .number(noise),
    ]
    let rows = 500
    // A lag of one cycle is a lag of 500 rows: φ^500 is below 1e-11 here.
    let old: DocumentNode = cycles ? ["kind": "stale-feature", "cycles": 1] : ["kind": "stale-feature", "rows": .integer(lag)]
    let kept = pow(phi, Double(cycles ? rows : lag))
    @Sendable func expected(_ model: LinearPredictor) -> Double {
      Self.loss(model, read: (mean, 1), covariance: kept, feature: (mean, 1), beta: beta, intercept: intercept, noise: noise)
    }
    let truth = LinearPredictor(intercept: intercept, weights: [beta])
    #expect(Self.relative(expected(truth) - noise * noise, 2 * beta * beta * (1 - kept)))
    let trained = LinearPredictor(intercept: intercept + beta * mean * (1 - kept), weights: [beta * kept])
    #expect(Self.relative(expected(trained) - noise * noise, beta * beta * (1 - kept * kept)))
    let size = 2 * beta * beta * (1 - kept)
    // A model's error in its rows' mean is correlated with the first rows that it serves: at most φ/(1 − φ)²/n² of the product of two sums over n rows, a few times β².
    let memory = 8 * beta * beta * phi / (1 - phi) / (1 - phi) / Double(rows * rows)
    try await check(
      "served stale", set: set, world: world, discrepancies: [old], resolving: 0.7 * size, approximationError: memory, expected: expected)
    var both = [old, old]
    both[0]["id"] = "served"
    both[1]["id"] = "trained"
    both[1]["side"] = "training"
    try await check(
      "trained and served stale", set: set, world: world, discrepancies: both, resolving: 0.7 * size, approximationError: memory,
      expected: expected)
    // That the model was trained on old values is seen in its weight: βφ^k rather than β.
    var document = scenario(seed: 5000 + set, cycles: 1, rows: 2000, world: world)
    document.root["discrepancies"] = DocumentNode(.list(both))
    let weights = try await replicates(Self.replicateCount, of: document) { $0.weights(afterFits: 1)[0] }
    // The bias of an autocorrelation with fitted mean is −[(1 − φ^k)(1 + φ)/(1 − φ) + 2kφ^k]/n to first order (Marriott and Pope 1954), below 2.8/(1 − φ)/n.
    let bias = 5 * beta / (1 - phi) / 2000
    expectMean(
      weights, equals: beta * kept, resolving: 0.5 * beta * (1 - kept) + 4 * bias, approximationError: bias,
      "slope on old values, set \(set)")
  }

  @Test(arguments: 0..<sets) func `P5: noise in a feature costs what attenuation says`(set: Int) async throws {
    var numbers = Numbers("noise", set: set)
    let beta = numbers.number(0.7, 2), noise = numbers.number(0.3, 1), sd = numbers.number(0.5, 2), variance = numbers.number(0.5, 3)
    let mean = numbers.number(-2, 2), intercept = numbers.number(-1, 1)
    let world: DocumentNode = [
      "kind": "gaussian", "features": 1, "mean": .number(mean), "covariance": ["scaled": .number(variance)],
      "coefficients": [.number(beta)],
      "intercept": .number(intercept), "noise": .number(noise),
    ]
    let share = variance / (variance + sd * sd)
    @Sendable func expected(_ model: LinearPredictor, served: Double) -> Double {
      Self.loss(
        model, read: (mean, variance + served), covariance: variance, feature: (mean, variance), beta: beta, intercept: intercept,
        noise: noise)
    }
    let clean = LinearPredictor(intercept: intercept, weights: [beta])
    let noisy = LinearPredictor(intercept: intercept + beta * mean * (1 - share), weights: [beta * share])
    func excess(_ model: LinearPredictor, _ served: Double) -> Double { expected(model, served: served) - noise * noise }
    #expect(Self.relative(excess(noisy, 0), beta * beta * (1 - share) * (1 - share) * variance))
    #expect(Self.relative(excess(noisy, sd * sd), beta * beta * variance * (1 - share)))
    #expect(Self.relative(excess(clean, sd * sd), beta * beta * sd * sd))
    let serving: DocumentNode = ["kind": "feature-noise", "id": "served", "sd": .number(sd)]
    let training: DocumentNode = ["kind": "feature-noise", "id": "trained", "sd": .number(sd), "side": "training"]
    let size = beta * beta * variance * (1 - share)
    try await check("clean, noisy", set: set, world: world, discrepancies: [serving], resolving: size) {
      expected($0, served: sd * sd)
    }
    try await check("noisy, noisy", set: set, world: world, discrepancies: [training, serving], resolving: size) {
      expected($0, served: sd * sd)
    }
    try await check("noisy, clean", set: set, world: world, discrepancies: [training], resolving: size) { expected($0, served: 0) }
    var document = scenario(seed: 6000 + set, cycles: 1, rows: 500, world: world)
    document.root["discrepancies"] = DocumentNode(.list([training]))
    // Jointly normal, so that the slope of least squares is unbiased: E(ŵ) = βλ at every n.
    let weights = try await replicates(Self.replicateCount, of: document) { $0.weights(afterFits: 1)[0] }
    expectMean(weights, equals: beta * share, resolving: beta * (1 - share), "slope on noisy values, set \(set)")
  }

  /// p(x) filled with a constant: the P2 form, one feature.
  @Test(arguments: 0..<sets) func `P2: a feature that times out costs its variance and the distance to the default`(set: Int) async throws {
    var numbers = Numbers("timeout", set: set)
    let beta = numbers.number(0.7, 2), noise = numbers.number(0.3, 1), p = numbers.number(0.1, 0.6), value = numbers.number(-3, 3)
    let mean = numbers.number(-2, 2), intercept = numbers.number(-1, 1), byShare = numbers.integer(0...1) == 1
    let world: DocumentNode = [
      "kind": "gaussian", "features": 1, "mean": .number(mean), "coefficients": [.number(beta)], "intercept": .number(intercept),
      "noise": .number(noise),
    ]
    // x̃ = x with probability 1 − p, else f: mean (1−p)m + pf, variance (1−p)v + p(1−p)(m−f)², covariance (1−p)v.
    let gap = mean - value
    @Sendable func expected(_ model: LinearPredictor) -> Double {
      Self.loss(
        model, read: (mean - p * gap, (1 - p) + p * (1 - p) * gap * gap), covariance: 1 - p, feature: (mean, 1), beta: beta,
        intercept: intercept, noise: noise)
    }
    let exact = p * beta * beta * (1 + gap * gap)
    #expect(Self.relative(expected(LinearPredictor(intercept: intercept, weights: [beta])) - noise * noise, exact))
    let discrepancy: DocumentNode = [
      "kind": "default-on-timeout", "value": .number(value), "probability": .number(byShare ? 1 : p), "share": .number(byShare ? p : 1),
    ]
    try await check("timeout", set: set, world: world, discrepancies: [discrepancy], resolving: 0.6 * exact, expected: expected)
  }

  /// Independent rows: joined to another, a feature is independent of its own.
  @Test(arguments: 0..<sets) func `a feature of the row next to it costs twice its variance`(set: Int) async throws {
    var numbers = Numbers("misaligned", set: set)
    let beta = numbers.number(0.7, 2), noise = numbers.number(0.3, 1), mean = numbers.number(-2, 2), intercept = numbers.number(-1, 1)
    let share = numbers.number(0.3, 1), by = numbers.integer(-3...700)
    let world: DocumentNode = [
      "kind": "gaussian", "features": 1, "mean": .number(mean), "coefficients": [.number(beta)], "intercept": .number(intercept),
      "noise": .number(noise),
    ]
    @Sendable func expected(_ model: LinearPredictor) -> Double {
      Self.loss(model, read: (mean, 1), covariance: 1 - share, feature: (mean, 1), beta: beta, intercept: intercept, noise: noise)
    }
    let exact = 2 * beta * beta * share
    #expect(Self.relative(expected(LinearPredictor(intercept: intercept, weights: [beta])) - noise * noise, exact))
    // Three rows before the first of a cycle are rows that its model was fitted on: 3/500 of the rows have a bias of a few β²/500.
    let discrepancy: DocumentNode = ["kind": "misaligned-rows", "by": .integer(by == 0 ? 1 : by), "share": .number(share)]
    try await check(
      "misaligned", set: set, world: world, discrepancies: [discrepancy], resolving: 0.6 * exact,
      approximationError: 3.0 / 500 * 8 * beta * beta / 500, expected: expected)
  }

  // MARK: The hour

  /// cos and sin of an hour.
  static func circle(_ hour: Double) -> [Double] { [cos(2 * .pi * hour / 24), sin(2 * .pi * hour / 24)] }

  /// All 24 hours equally often are a population: E over them is exact.
  @Test(arguments: 0..<sets) func `the hour of another time zone costs 1 − cos of the shift, and leaving it out half`(set: Int) throws {
    var numbers = Numbers("hour", set: set)
    let w = [numbers.number(-2, 2), numbers.number(-2, 2)], hours = numbers.number(-30, 30)
    let document: ScenarioDocument = [
      "world": ["kind": "categorical", "features": [], "hour": ["cosine": .number(w[0]), "sine": .number(w[1])], "noise": 0.0],
      "discrepancies": [["kind": "timezone", "hours": .number(hours)]],
    ]
    let scenario = try Scenario(document, catalog: .standard)
    let discrepancy = try #require(scenario.discrepancies[0].component as? any SourceDiscrepancy)
    var rows = Rows(schema: scenario.world.component.schema, capacity: 24, hasIdentities: false)
    rows.range = 0..<24
    for hour in 0..<24 { rows.features[hour, 0] = Double(hour) }
    discrepancy.alter(&rows)
    var shifted = 0.0, dropped = 0.0
    for hour in 0..<24 {
      let right = dot(w, Self.circle(Double(hour)))
      #expect(rows.features[hour, 0] >= 0 && rows.features[hour, 0] < 24)
      let served = dot(w, Self.circle(rows.features[hour, 0]))
      shifted += (served - right) * (served - right) / 24
      dropped += right * right / 24
    }
    let square = dot(w, w)
    #expect(Self.relative(shifted, square * (1 - cos(2 * .pi * hours / 24))))
    #expect(Self.relative(dropped, square / 2))
  }

  @Test func `eight hours cost 1.875, the hour itself is worth 0.625`() {
    #expect(abs(1.25 * (1 - cos(2 * Double.pi * 8 / 24)) - 1.875) < 1e-12)
    #expect(1.25 / 2 == 0.625)
  }
}

extension Matrix {
  /// The leading square part.
  fileprivate func leading(_ count: Int) -> Matrix { Matrix((0..<count).map { i in (0..<count).map { self[i, $0] } }) }
}
