import Foundation
import SkewlabComponents
import SkewlabEngine
import SkewlabNumerics
import SkewlabTheory
import Testing

/// Population loops against THEORY.md, **F1**, **F2**, **F3**, **F7**, each for random parameters; tagged [pop] there.
@Suite struct PopulationLoopTests {
  /// Solutions of systems of at most six equations with condition numbers below 1e4, from moments of a few operations.
  static let tolerance = 1e-10
  static let sets = 0..<50

  struct Numbers {
    private let values: [Double]
    private var next = 0
    init(_ name: String, _ set: Int) {
      values = RandomStream(seed: 5, name: "tests/theory/\(name)").uniforms(count: 100, at: .init(replicate: set, cycle: 0))
    }
    mutating func number(_ low: Double, _ high: Double) -> Double {
      next += 1
      return low + (high - low) * values[next - 1]
    }
    mutating func numbers(_ count: Int, _ low: Double, _ high: Double) -> [Double] { (0..<count).map { _ in number(low, high) } }
  }

  static func theory(_ document: ScenarioDocument) throws -> LoopTheory {
    try LoopTheory.of(Scenario(document, catalog: .standard)).get()
  }

  static func isClose(_ a: Double, _ b: Double, scale: Double = 1) -> Bool { abs(a - b) <= tolerance * max(scale, abs(b)) }

  static func world(_ numbers: inout Numbers, features: Int, noise: Double = 1, mean: Bool = true) -> DocumentNode {
    [
      "kind": "gaussian", "features": .integer(features),
      "mean": .numbers(mean ? numbers.numbers(features, -2, 2) : Array(repeating: 0, count: features)),
      "covariance": ["autoregressive": .number(numbers.number(-0.7, 0.7))], "coefficients": .numbers(numbers.numbers(features, -2, 2)),
      "noise": .number(noise),
    ]
  }

  /// A metric of a scenario among its values.
  static func value(_ column: String, _ scenario: Scenario, _ values: [Double?]) throws -> Double {
    let place = try #require(scenario.columns.firstIndex(of: column))
    return try #require(values[place])
  }

  // MARK: F1

  @Test(arguments: sets) func `F1 additive: fixed point β/(1−ρ), rate |ρ|`(set: Int) throws {
    var numbers = Numbers("additive", set)
    let rho = numbers.number(-0.95, 0.95), world = Self.world(&numbers, features: 3)
    let theory = try Self.theory([
      "world": world, "feedback": [["kind": "label-follows-prediction", "strength": .number(rho)]], "cycles": 4,
    ])
    let stable = try #require(theory.stablePoint).predictor
    let beta = try #require(world["coefficients"]?.numberOrNumbers)
    for j in beta.indices { #expect(Self.isClose(stable.weights[j], beta[j] / (1 - rho))) }
    #expect(Self.isClose(stable.intercept, 0, scale: 10))
    guard case .settles(let rate) = theory.behaviour else {
      Issue.record("\(theory.behaviour)")
      return
    }
    #expect(Self.isClose(rate, abs(rho)))
  }

  @Test(arguments: [(0.98, true), (1.02, false), (-0.98, true), (-1.02, false)])
  func `loops just below and just above their limit are told apart`(rho: Double, settles: Bool) throws {
    let theory = try Self.theory([
      "world": ["kind": "gaussian"], "feedback": [["kind": "label-follows-prediction", "strength": .number(rho)]],
    ])
    switch theory.behaviour {
    case .settles(let rate): #expect(settles && Self.isClose(rate, abs(rho)))
    case .diverges(let rate): #expect(!settles && Self.isClose(rate, abs(rho)))
    default: Issue.record("\(theory.behaviour)")
    }
  }

  @Test func `ρ = −1 has period 2, ρ = 1 no stable point`() throws {
    func loop(_ rho: Double) throws -> LoopTheory {
      try Self.theory(["world": ["kind": "gaussian"], "feedback": [["kind": "label-follows-prediction", "strength": .number(rho)]]])
    }
    #expect(try loop(-1).behaviour == .cycles(period: 2))
    #expect(try loop(1).behaviour == .neutral)
    #expect(try loop(1).stablePoint == nil)
  }

  @Test func `the lesson: own test 1, served 1.64 to 1, untouched 1 to 17, R² 0.5 to 0.9615`() throws {
    let scenario = try Scenario(
      [
        "world": ["kind": "gaussian", "features": 4, "noise": 1.0], "cycles": 200,
        "feedback": [["kind": "label-follows-prediction", "strength": 0.8]],
      ], catalog: .standard)
    let loop = try #require(PopulationLoop(scenario))
    var path = PopulationPath(loop)
    let records = path.run()
    func value(_ column: String, _ cycle: Int) throws -> Double { try Self.value(column, scenario, records[cycle].values) }
    for (column, first, last) in [
      ("offline_loss", 1, 1), ("served_loss", 1.64, 1), ("untouched_loss", 1, 17), ("offline_r2", 0.5, 25 / 26.0),
    ] {
      // 0.8^200 is below 1e-19: the last cycle is the limit.
      #expect(Self.isClose(try value(column, 1), first), "\(column)")
      #expect(Self.isClose(try value(column, 200), last), "\(column)")
    }
  }

  @Test(arguments: sets) func `F1 pull: fixed point β, own test (1−ρ)²σ²; exposed share: β/(1−ρh)`(set: Int) throws {
    var numbers = Numbers("pull", set)
    let rho = numbers.number(-0.9, 0.9), exposed = numbers.number(0.1, 1), sigma = numbers.number(0.5, 2)
    let world = Self.world(&numbers, features: 3, noise: sigma)
    let beta = try #require(world["coefficients"]?.numberOrNumbers)
    let pull = try Self.theory([
      "world": world, "feedback": [["kind": "label-follows-prediction", "form": "pull", "strength": .number(rho)]],
    ])
    let stable = try #require(pull.stablePoint)
    for j in beta.indices { #expect(Self.isClose(stable.predictor.weights[j], beta[j])) }
    let scenario = pull.loop.scenario
    let limit = pull.loop.limit(stable.predictor, encoded: stable.encoded, cycle: 1).values
    let offline = try Self.value("offline_loss", scenario, limit)
    #expect(Self.isClose(offline, (1 - rho) * (1 - rho) * sigma * sigma))
    let mixed = try Self.theory([
      "world": world, "feedback": [["kind": "label-follows-prediction", "strength": .number(rho), "exposed": .number(exposed)]],
    ])
    let point = try #require(mixed.stablePoint).predictor
    for j in beta.indices { #expect(Self.isClose(point.weights[j], beta[j] / (1 - rho * exposed))) }
  }

  // MARK: F2, F3

  @Test(arguments: sets) func `F2: stable point, optimum, risk and rate of the location family`(set: Int) throws {
    var numbers = Numbers("location", set)
    let d = 3, penalty = numbers.number(0, 1), intercept = numbers.number(0, 1) < 0.5
    let world = Self.world(&numbers, features: d)
    let a = Matrix((0..<d).map { _ in numbers.numbers(d, -0.4, 0.4) })
    let theory = try Self.theory([
      "world": world, "learner": ["kind": "ridge", "penalty": .number(penalty), "intercept": .bool(intercept)],
      "feedback": [
        ["kind": "location-family", "sensitivity": DocumentNode(.list((0..<d).map { i in .numbers((0..<d).map { a[i, $0] }) }))]
      ],
    ])
    let mean = try #require(world["mean"]?.numberOrNumbers), b = try #require(world["coefficients"]?.numberOrNumbers)
    let r = try #require(world["covariance"]?["autoregressive"]?.double)
    var m = Matrix((0..<d).map { i in (0..<d).map { j in (0..<abs(i - j)).reduce(1.0) { power, _ in power * r } } })
    // With a free intercept the covariance takes the place of M: the intercept absorbs the mean.
    if !intercept { for i in 0..<d { for j in 0..<d { m[i, j] += mean[i] * mean[j] } } }
    let identity = Matrix.identity(d)
    func solve(_ matrix: Matrix, _ right: [Double]) throws -> [Double] { try LeastSquares.minimumNorm(matrix, right).solution }
    let stable = try solve(m * (identity - a) + penalty * identity, m.times(b))
    let gap = identity - a
    let optimum = try solve(gap.transposed * m * gap + penalty * identity, (gap.transposed * m).times(b))
    let found = try #require(theory.stablePoint).predictor, best = try #require(theory.optimum).predictor
    for j in 0..<d {
      #expect(Self.isClose(found.weights[j], stable[j]))
      #expect(Self.isClose(best.weights[j], optimum[j]))
    }
    func risk(_ theta: [Double]) -> Double {
      let miss = zip(b, gap.times(theta)).map { $0 - $1 }
      return dot(miss, m.times(miss)) + 1 + penalty * dot(theta, theta)
    }
    #expect(Self.isClose(try #require(theory.stablePoint?.risk), risk(stable)))
    #expect(Self.isClose(try #require(theory.optimum?.risk), risk(optimum)))
    var columns: [Double] = []
    for j in 0..<d { columns += try solve(m + penalty * identity, (m * a).column(j)) }
    let radius = try GeneralEigenvalues(Matrix(rows: d, columns: d, elements: columns)).spectralRadius
    guard case .settles(let rate) = theory.behaviour else {
      Issue.record("\(theory.behaviour)")
      return
    }
    // Eigenvalues of a matrix that is far from symmetric lose half of the digits where two of them nearly meet.
    #expect(abs(rate - radius) <= 1e-7)
  }

  @Test(arguments: sets) func `F3: an offset with no intercept parts stable and optimal`(set: Int) throws {
    var numbers = Numbers("offset", set)
    let d = 3, penalty = numbers.number(0, 1)
    let world = Self.world(&numbers, features: d), mu = numbers.numbers(d, -0.3, 0.3)
    let theory = try Self.theory([
      "world": world, "learner": ["kind": "ridge", "penalty": .number(penalty), "intercept": false],
      "feedback": [["kind": "location-family", "offset": .numbers(mu)]],
    ])
    let mean = try #require(world["mean"]?.numberOrNumbers), b = try #require(world["coefficients"]?.numberOrNumbers)
    let r = try #require(world["covariance"]?["autoregressive"]?.double)
    func entry(_ f: (Int, Int) -> Double) -> Matrix { Matrix((0..<d).map { i in (0..<d).map { f(i, $0) } }) }
    let s = entry { i, j in (0..<abs(i - j)).reduce(1.0) { power, _ in power * r } }
    let m = s + entry { mean[$0] * mean[$1] }, identity = Matrix.identity(d)
    let stable = try LeastSquares.minimumNorm(m + penalty * identity - entry { mean[$0] * mu[$1] }, m.times(b)).solution
    let centred = s + entry { (mean[$0] - mu[$0]) * (mean[$1] - mu[$1]) }
    let optimum = try LeastSquares.minimumNorm(centred + penalty * identity, (m - entry { mu[$0] * mean[$1] }).times(b)).solution
    let found = try #require(theory.stablePoint).predictor, best = try #require(theory.optimum).predictor
    for j in 0..<d {
      #expect(Self.isClose(found.weights[j], stable[j]))
      #expect(Self.isClose(best.weights[j], optimum[j]))
    }
  }

  // MARK: F4

  @Test(arguments: sets) func `F4: the biased coin's stable point, optimum and risks`(set: Int) throws {
    var numbers = Numbers("coin", set)
    let mu = numbers.number(-0.2, 0.2), epsilon = numbers.number(-0.3, 0.3)
    let theory = try Self.theory([
      "world": ["kind": "coin", "lean": .number(mu)], "feedback": [["kind": "location-family", "sensitivity": .number(epsilon)]],
    ])
    func risk(_ theta: Double) -> Double { 0.25 - 2 * mu * theta + (1 - 2 * epsilon) * theta * theta }
    for (point, expected) in [(theory.stablePoint, mu / (1 - epsilon)), (theory.optimum, mu / (1 - 2 * epsilon))] {
      let found = try #require(point)
      #expect(Self.isClose(found.predictor.weights[0], expected) && Self.isClose(found.predictor.intercept, 0.5))
      #expect(Self.isClose(try #require(found.risk), risk(expected)))
    }
  }

  @Test func `F4 in numbers`() throws {
    let theory = try Self.theory([
      "world": ["kind": "coin", "lean": 0.1], "feedback": [["kind": "location-family", "sensitivity": 0.3]],
    ])
    for (point, weight, risk) in [(theory.stablePoint, 0.142857, 0.229592), (theory.optimum, 0.25, 0.225)] {
      let found = try #require(point), itsRisk = try #require(found.risk)
      // Six decimals were published.
      #expect(abs(found.predictor.weights[0] - weight) < 5e-7 && abs(itsRisk - risk) < 5e-7)
    }
  }

  // MARK: F5

  @Test(arguments: sets) func `F5: a free intercept absorbs features that move: the stable point after one retraining, and optimal`(
    set: Int
  ) throws {
    var numbers = Numbers("strategic", set)
    let world = Self.world(&numbers, features: 3), strength = numbers.number(-1, 1), penalty = numbers.number(0, 0.5)
    let theory = try Self.theory([
      "world": world, "learner": ["kind": "ridge", "penalty": .number(penalty)], "cycles": 3,
      "feedback": [["kind": "strategic-features", "strength": .number(strength)]],
    ])
    let stable = try #require(theory.stablePoint)
    #expect(theory.optimum == stable)
    // Central differences of a map that is affine here: rounding of the step, and no more.
    guard case .settles(let rate) = theory.behaviour else {
      Issue.record("\(theory.behaviour)")
      return
    }
    #expect(
      rate < 1e-4,
      "the derivative is zero but for the intercept's own column; a nilpotent matrix gives eigenvalues near the root of rounding")
    var path = PopulationPath(theory.loop)
    let fits = path.run().compactMap(\.fitted)
    // The first fit is untouched, the second meets its own answer.
    for model in fits.dropFirst() {
      #expect(Self.isClose(model.predictor.intercept, stable.predictor.intercept, scale: 10))
      for j in 0..<3 {
        #expect(Self.isClose(model.predictor.weights[j], fits[0].predictor.weights[j]))
        #expect(Self.isClose(model.predictor.weights[j], stable.predictor.weights[j]))
      }
    }
    // b = ȳ − w′(m − εw)
    let mean = try #require(world["mean"]?.numberOrNumbers), w = stable.predictor.weights
    let level = dot(try #require(world["coefficients"]?.numberOrNumbers), mean)
    #expect(Self.isClose(stable.predictor.intercept, level - dot(w, mean) + strength * dot(w, w), scale: 10))
  }

  @Test(arguments: sets) func `without an intercept features that move change the fit, at the rate of the derivative`(set: Int) throws {
    var numbers = Numbers("no-intercept", set)
    let m = numbers.number(1, 2), beta = numbers.number(0.5, 1), strength = numbers.number(-0.2, 0.2)
    let theory = try Self.theory([
      "world": ["kind": "gaussian", "features": 1, "mean": .number(m), "coefficients": [.number(beta)]], "cycles": 2,
      "learner": ["kind": "ols", "intercept": false], "feedback": [["kind": "strategic-features", "strength": .number(strength)]],
    ])
    // One feature: x′ = x − εθ has mean m − εθ, so that θ′ = (β + (m − εθ)·βm)/(1 + (m − εθ)²), derived here.
    func next(_ theta: Double) -> Double {
      (beta + (m - strength * theta) * beta * m) / (1 + (m - strength * theta) * (m - strength * theta))
    }
    let theta = try #require(theory.stablePoint).predictor.weights[0]
    #expect(Self.isClose(theta, next(theta)))
    let a = m - strength * theta, top = beta + a * beta * m, bottom = 1 + a * a
    let derivative = (-strength * beta * m * bottom + 2 * strength * a * top) / (bottom * bottom)
    guard case .settles(let rate) = theory.behaviour else {
      Issue.record("\(theory.behaviour)")
      return
    }
    // The error of central differences, see MovingFeatures.
    #expect(abs(rate - abs(derivative)) < 1e-8)
  }

  // MARK: F6

  @Test(arguments: sets) func `F6: own labels with a share of real ones come back to the truth at rate 1 − α`(set: Int) throws {
    var numbers = Numbers("own-labels", set)
    let real = numbers.number(0.05, 0.95), world = Self.world(&numbers, features: 3)
    let theory = try Self.theory(["world": world, "feedback": [["kind": "self-labelling", "real": .number(real)]]])
    let beta = try #require(world["coefficients"]?.numberOrNumbers), stable = try #require(theory.stablePoint)
    for j in beta.indices { #expect(Self.isClose(stable.predictor.weights[j], beta[j])) }
    guard case .settles(let rate) = theory.behaviour else {
      Issue.record("\(theory.behaviour)")
      return
    }
    #expect(Self.isClose(rate, 1 - real))
  }

  @Test(arguments: sets) func `kept originals: a share h of untouched rows brings F1 to β/(1−ρ(1−h))`(set: Int) throws {
    var numbers = Numbers("originals", set)
    let rho = numbers.number(-0.9, 0.9), share = numbers.number(0.05, 0.95), world = Self.world(&numbers, features: 2)
    let theory = try Self.theory([
      "world": world, "feedback": [["kind": "label-follows-prediction", "strength": .number(rho)]], "cycles": 300,
      "retraining": ["every": 1, "window": ["cycles": 2], "originals": .number(share)], "metrics": ["loss"],
    ])
    let beta = try #require(world["coefficients"]?.numberOrNumbers), stable = try #require(theory.stablePoint)
    var path = PopulationPath(theory.loop)
    let last = try #require(path.run().last?.fitted)
    for j in beta.indices {
      #expect(Self.isClose(stable.predictor.weights[j], beta[j] / (1 - rho * (1 - share))))
      // The largest factor here is below 0.93, and 0.93^300 below 1e-9.
      #expect(abs(last.predictor.weights[j] - stable.predictor.weights[j]) < 1e-8)
    }
  }

  // MARK: F11

  @Test(arguments: sets) func `F11: a world with memory 1 − δ moves at (1 − δ) + δa`(set: Int) throws {
    var numbers = Numbers("memory", set)
    let rho = numbers.number(-0.95, 0.95), delta = numbers.number(0.05, 1), world = Self.world(&numbers, features: 2)
    let theory = try Self.theory([
      "world": world, "cycles": 6,
      "feedback": [
        ["kind": "state", "memory": .number(1 - delta), "response": ["kind": "label-follows-prediction", "strength": .number(rho)]]
      ],
    ])
    let beta = try #require(world["coefficients"]?.numberOrNumbers), stable = try #require(theory.stablePoint)
    for j in beta.indices { #expect(Self.isClose(stable.predictor.weights[j], beta[j] / (1 - rho))) }
    guard case .settles(let rate) = theory.behaviour else {
      Issue.record("\(theory.behaviour)")
      return
    }
    #expect(Self.isClose(rate, abs(1 - delta + delta * rho)))
    // The path itself, in one weight: e_t = (1 − δ)e_{t−1} + δρw_t and w_{t+1} = β + e_t, from e_0 = 0 and w_1 = β.
    var path = PopulationPath(theory.loop)
    var effect = 0.0, weight = beta[0]
    for (t, record) in path.run().enumerated() {
      if t > 0 {
        effect = (1 - delta) * effect + delta * rho * weight
        weight = beta[0] + effect
      }
      #expect(Self.isClose(try #require(record.fitted).predictor.weights[0], weight))
    }
  }

  // MARK: F7

  @Test(arguments: sets) func `F7: the window's loss under anchoring tends to (1−p)/(1−s²p) of its own`(set: Int) throws {
    var numbers = Numbers("anchoring", set)
    let p = numbers.number(0.05, 0.95), s = numbers.number(0, 1), sigma = numbers.number(0.5, 3)
    let world = Self.world(&numbers, features: 3, noise: sigma)
    let scenario = try Scenario(
      ["world": world, "cycles": 400, "feedback": [["kind": "anchoring", "usage": .number(p), "adherence": .number(s)]]], catalog: .standard
    )
    var path = PopulationPath(try #require(PopulationLoop(scenario)))
    let records = path.run()
    // (s²p)^400 is below 1e-9 of the limit, for the largest s²p here.
    let limit = sigma * sigma * (1 - p) / (1 - s * s * p)
    #expect(abs(try Self.value("offline_loss", scenario, records[400].values) - limit) <= 1e-8 * limit)
    #expect(Self.isClose(try Self.value("untouched_loss", scenario, records[400].values), sigma * sigma))
  }

  // MARK: P1

  @Test(arguments: sets) func `P1: features read in other units cost w′[DSD′ + hh′]w`(set: Int) throws {
    var numbers = Numbers("unit", set)
    let world = Self.world(&numbers, features: 3), factor = numbers.number(-2, 2), offset = numbers.number(-3, 3)
    let scenario = try Scenario(
      [
        "world": world, "cycles": 3,
        "discrepancies": [
          ["kind": "unit", "features": ["x2"], "factor": .number(factor), "offset": .number(offset), "from": 2],
          ["kind": "swap-features", "features": ["x1", "x3"], "from": 2],
        ],
      ], catalog: .standard)
    let mean = try #require(world["mean"]?.numberOrNumbers), w = try #require(world["coefficients"]?.numberOrNumbers)
    let r = try #require(world["covariance"]?["autoregressive"]?.double)
    let s = Matrix((0..<3).map { i in (0..<3).map { j in (0..<abs(i - j)).reduce(1.0) { power, _ in power * r } } })
    let a = Matrix([[0, 0, 1], [0, factor, 0], [1, 0, 0]]), d = a - Matrix.identity(3)
    let h = zip(d.times(mean), [0, offset, 0]).map { $0 + $1 }, v = d.transposeTimes(w)
    let expected = dot(v, s.times(v)) + dot(w, h) * dot(w, h)
    var path = PopulationPath(try #require(PopulationLoop(scenario)))
    let records = path.run()
    #expect(Self.isClose(try Self.value("excess_loss", scenario, records[1].values), 0))
    #expect(Self.isClose(try Self.value("excess_loss", scenario, records[2].values), expected))
  }

  // MARK: Against the steps themselves

  @Test(arguments: sets) func `the retraining map says what the learner does with moments, through any affine pipeline`(set: Int) throws {
    var numbers = Numbers("map", set)
    let world = Self.world(&numbers, features: 3), a = numbers.number(-0.5, 0.5)
    let scenario = try Scenario(
      [
        "world": world, "cycles": 6, "pipeline": [["kind": "standardize"]],
        "learner": ["kind": "ridge", "penalty": .number(numbers.number(0, 0.5))],
        "feedback": [
          ["kind": "label-follows-prediction", "strength": .number(numbers.number(-0.5, 0.5)), "exposed": .number(numbers.number(0, 1))],
          ["kind": "location-family", "sensitivity": .number(a), "offset": .numbers(numbers.numbers(3, -0.2, 0.2))],
        ],
        "discrepancies": [
          ["kind": "unit", "features": ["x1"], "factor": .number(numbers.number(0.5, 1.5)), "offset": .number(numbers.number(-1, 1))]
        ],
      ], catalog: .standard)
    let loop = try #require(PopulationLoop(scenario)), matrices = AffineLoop(loop, cycle: 1)
    let (map, offset) = matrices.retraining
    var path = PopulationPath(loop)
    var u = matrices.untouchedFit
    for record in path.run() {
      let fitted = try #require(record.fitted), expected = matrices.predictor(u)
      for (x, y) in zip([fitted.predictor.intercept] + fitted.predictor.weights, [expected.intercept] + expected.weights) {
        #expect(Self.isClose(x, y), "cycle \(record.cycle)")
      }
      // The risk is what is served, plus the penalty.
      if let model = record.model {
        let squares = dot(model.encoded.weights, model.encoded.weights)
        let served = try Self.value("served_loss", scenario, record.values)
        #expect(Self.isClose(matrices.risk(model.predictor, squaredNorm: squares), served + matrices.penalty * squares))
      }
      u = zip(map.times(u), offset).map { $0 + $1 }
    }
  }

  @Test(arguments: [2, 3, 5], [1, 2, 3]) func `a window's factor is how fast the path of moments closes in`(window: Int, interval: Int)
    throws
  {
    let rho = -0.9
    let scenario = try Scenario(
      [
        "world": ["kind": "gaussian", "features": 2], "cycles": .integer(120 * interval), "metrics": ["loss"],
        "feedback": [["kind": "label-follows-prediction", "strength": .number(rho)]],
        "retraining": ["every": .integer(interval), "window": ["cycles": .integer(window)]],
      ], catalog: .standard)
    let theory = try LoopTheory.of(scenario).get()
    guard case .settles(let rate) = theory.behaviour else {
      Issue.record("\(theory.behaviour)")
      return
    }
    let stable = try #require(theory.stablePoint).predictor.weights[0]
    var path = PopulationPath(theory.loop)
    let errors = path.run().compactMap(\.fitted).map { abs($0.predictor.weights[0] - stable) }
    // The envelope over ten fits, twenty fits apart, while errors are far above rounding: complex factors turn while they shrink.
    func envelope(_ from: Int) -> Double { errors[from..<from + 10].max() ?? 0 }
    var from = 20
    while envelope(from + 20) < 1e-11, from > 0 { from -= 5 }
    let observed = exp(log(envelope(from + 20) / envelope(from)) / 20)
    #expect(envelope(from + 20) < 1e-12 || abs(observed - rate) <= 0.05, "\(observed) instead of \(rate)")
  }
}
