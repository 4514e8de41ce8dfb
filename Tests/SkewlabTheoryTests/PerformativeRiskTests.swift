import SkewlabComponents
import SkewlabEngine
import SkewlabNumerics
import Testing

/// The metric `performative-risk` of models that a simulation fitted, against THEORY.md, **F2**, **F3**, **F5**: twice the PR there.
@Suite struct PerformativeRiskTests {
  typealias Numbers = PopulationLoopTests.Numbers

  /// x ~ N(m, S), S autoregressive, y = b′x + noise.
  struct World {
    let mean: [Double], b: [Double], sigma: Double, correlation: Double

    init(_ numbers: inout Numbers) {
      mean = numbers.numbers(3, -2, 2)
      b = numbers.numbers(3, -2, 2)
      sigma = numbers.number(0.5, 2)
      correlation = numbers.number(-0.7, 0.7)
    }

    var node: DocumentNode {
      [
        "kind": "gaussian", "features": 3, "mean": .numbers(mean), "covariance": ["autoregressive": .number(correlation)],
        "coefficients": .numbers(b), "noise": .number(sigma),
      ]
    }
    func matrix(_ entry: (Int, Int) -> Double) -> Matrix { Matrix((0..<3).map { i in (0..<3).map { entry(i, $0) } }) }
    var s: Matrix { matrix { i, j in (0..<abs(i - j)).reduce(1.0) { power, _ in power * correlation } } }
    var m: Matrix { s + matrix { mean[$0] * mean[$1] } }
  }

  /// The cycles of a run that serve, each with its model.
  static func served(_ document: ScenarioDocument) throws -> [(record: CycleRecord, model: DeployedModel)] {
    var document = document
    document.root["rows"] = 60
    document.root["cycles"] = 3
    document.root["metrics"] = ["performative-risk"]
    var simulation = Simulation(try Scenario(document, catalog: .standard)), served: [(record: CycleRecord, model: DeployedModel)] = []
    while case let model = simulation.model, let record = simulation.step() { if let model { served.append((record, model)) } }
    return served
  }

  static func expect(_ record: CycleRecord, _ risk: Double, least: Double?) throws {
    #expect(PopulationLoopTests.isClose(try #require(record["performative_risk"]), risk))
    if let least {
      #expect(PopulationLoopTests.isClose(try #require(record["optimality_gap"]), risk - least, scale: risk))
    } else {
      #expect(!record.columns.contains("optimality_gap"))
    }
  }

  static func quadratic(_ matrix: Matrix, _ v: [Double]) -> Double { dot(v, matrix.times(v)) }
  static func minus(_ a: [Double], _ b: [Double]) -> [Double] { zip(a, b).map { $0 - $1 } }
  static func solve(_ matrix: Matrix, _ right: [Double]) throws -> [Double] { try LeastSquares.minimumNorm(matrix, right).solution }

  @Test(arguments: 0..<10) func `F2: PR(θ) = ‖b − (I − A)θ‖²_M + σ² + λ‖θ‖², least at θ_PO`(set: Int) throws {
    var numbers = Numbers("risk-location", set)
    let world = World(&numbers), penalty = numbers.number(0, 1)
    let a = Matrix((0..<3).map { _ in numbers.numbers(3, -0.4, 0.4) }), rest = Matrix.identity(3) - a
    func risk(_ theta: [Double]) -> Double {
      Self.quadratic(world.m, Self.minus(world.b, rest.times(theta))) + world.sigma * world.sigma + penalty * dot(theta, theta)
    }
    let system = rest.transposed * world.m * rest + penalty * Matrix.identity(3)
    let least = risk(try Self.solve(system, rest.transposeTimes(world.m.times(world.b))))
    for (record, model) in try Self.served([
      "world": world.node, "learner": ["kind": "ridge", "penalty": .number(penalty), "intercept": false],
      "feedback": [
        ["kind": "location-family", "sensitivity": DocumentNode(.list((0..<3).map { i in .numbers((0..<3).map { a[i, $0] }) }))]
      ],
    ]) {
      try Self.expect(record, risk(model.predictor.weights), least: least)
    }
  }

  @Test(arguments: 0..<10) func `F3: an offset with no intercept`(set: Int) throws {
    var numbers = Numbers("risk-offset", set)
    let world = World(&numbers), penalty = numbers.number(0, 1), mu = numbers.numbers(3, -0.3, 0.3)
    // E(b′x + μ′θ − θ′x)² = E(b′x − θ′(x − μ))²
    func risk(_ theta: [Double]) -> Double {
      let gap = Self.minus(world.b, theta), offset = dot(mu, theta)
      return Self.quadratic(world.m, gap) + 2 * offset * dot(gap, world.mean) + offset * offset + world.sigma * world.sigma
        + penalty * dot(theta, theta)
    }
    let centred = world.s + world.matrix { (world.mean[$0] - mu[$0]) * (world.mean[$1] - mu[$1]) } + penalty * Matrix.identity(3)
    let least = risk(try Self.solve(centred, (world.m - world.matrix { mu[$0] * world.mean[$1] }).times(world.b)))
    for (record, model) in try Self.served([
      "world": world.node, "learner": ["kind": "ridge", "penalty": .number(penalty), "intercept": false],
      "feedback": [["kind": "location-family", "offset": .numbers(mu)]],
    ]) {
      try Self.expect(record, risk(model.predictor.weights), least: least)
    }
  }

  /// Features move by −εθ: E(y − ŷ)² = (b′m − c − w̃′(m − εw))² + (b − w̃)′S(b − w̃) + σ², with c and w̃ what is served. With a free intercept the least is that of ridge regression on untouched rows.
  @Test(arguments: [true, false], 0..<10) func `F5: features that move`(hasIntercept: Bool, set: Int) throws {
    var numbers = Numbers("risk-strategic", set)
    let world = World(&numbers), penalty = numbers.number(0, 1), strength = numbers.number(-0.5, 0.5)
    let factor = numbers.number(0.5, 2), offset = numbers.number(-1, 1)
    let best = try Self.solve(world.s + penalty * Matrix.identity(3), world.s.times(world.b))
    let least = Self.quadratic(world.s, Self.minus(world.b, best)) + world.sigma * world.sigma + penalty * dot(best, best)
    for isMisread in [false, true] {
      let discrepancies: DocumentNode =
        isMisread ? [["kind": "unit", "features": ["x2"], "factor": .number(factor), "offset": .number(offset), "from": 2]] : []
      for (record, model) in try Self.served([
        "world": world.node, "learner": ["kind": "ridge", "penalty": .number(penalty), "intercept": .bool(hasIntercept)],
        "feedback": [["kind": "strategic-features", "strength": .number(strength)]], "discrepancies": discrepancies,
      ]) {
        let w = model.predictor.weights
        var read = w, level = model.predictor.intercept
        if isMisread, record.cycle >= 2 {
          read[1] *= factor
          level += w[1] * offset
        }
        let bias = dot(world.b, world.mean) - level - dot(read, world.mean.indices.map { world.mean[$0] - strength * w[$0] })
        let risk = bias * bias + Self.quadratic(world.s, Self.minus(world.b, read)) + world.sigma * world.sigma + penalty * dot(w, w)
        try Self.expect(record, risk, least: hasIntercept && !isMisread ? least : nil)
      }
    }
  }

  @Test func `where groups leave there is none`() throws {
    for (record, _) in try Self.served(["world": "mixture", "feedback": ["participation"]]) {
      #expect(!record.columns.contains("performative_risk"))
    }
  }
}
