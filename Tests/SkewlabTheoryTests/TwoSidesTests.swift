import Foundation
import SkewlabComponents
import SkewlabEngine
import SkewlabNumerics
import SkewlabTheory
import Testing

/// Population loops in which the sides of a model differ, against THEORY.md, **P2**, **P3**, **P5**, each for random parameters; tagged [pop] there.
@Suite struct TwoSidesTests {
  typealias Loops = PopulationLoopTests

  /// The excess loss of cycle 1.
  static func excess(_ document: ScenarioDocument) throws -> Double {
    let scenario = try Scenario(document, catalog: .standard)
    var path = PopulationPath(try #require(PopulationLoop(scenario)))
    return try Loops.value("excess_loss", scenario, path.run()[1].values)
  }

  /// Independent features with these means and standard deviations, and the weights.
  static func world(_ mean: [Double], _ sd: [Double], _ weights: [Double]) -> DocumentNode {
    let covariance = DocumentNode(.list(sd.indices.map { i in .numbers(sd.indices.map { i == $0 ? sd[i] * sd[i] : 0 }) }))
    return [
      "kind": "gaussian", "features": .integer(mean.count), "mean": .numbers(mean), "covariance": ["explicit": covariance],
      "coefficients": .numbers(weights), "noise": 0.5,
    ]
  }

  @Test(arguments: Loops.sets) func `P2: features that time out cost pw²(σ² + (m − f)²), and the product term where several do`(set: Int)
    throws
  {
    var numbers = Loops.Numbers("timeout", set)
    let m = numbers.numbers(2, -2, 2), sd = numbers.numbers(2, 0.5, 2), w = numbers.numbers(2, -2, 2), f = numbers.number(-3, 3)
    let p = numbers.number(0, 1), share = numbers.number(0, 1)
    func discrepancy(_ features: [String], share: Double = 1) -> DocumentNode {
      [
        "kind": "default-on-timeout", "features": .texts(features), "probability": .number(p), "value": .number(f),
        "share": .number(share),
      ]
    }
    func document(_ discrepancy: DocumentNode) -> ScenarioDocument {
      ["world": Self.world(m, sd, w), "cycles": 1, "discrepancies": [discrepancy]]
    }
    func alone(_ j: Int) -> Double { p * w[j] * w[j] * (sd[j] * sd[j] + (m[j] - f) * (m[j] - f)) }
    let both = alone(0) + alone(1) + 2 * p * p * w[0] * w[1] * (m[0] - f) * (m[1] - f)
    #expect(Loops.isClose(try Self.excess(document(discrepancy(["x1"]))), alone(0), scale: 10))
    #expect(Loops.isClose(try Self.excess(document(discrepancy(["x1", "x2"]))), both, scale: 10))
    #expect(Loops.isClose(try Self.excess(document(discrepancy(["x1", "x2"], share: share))), share * both, scale: 10))
  }

  @Test(arguments: Loops.sets) func `P5: noise in training, in serving, in both`(set: Int) throws {
    var numbers = Loops.Numbers("noise", set)
    let sd = numbers.number(0.5, 2), noise = numbers.number(0, 2), beta = numbers.number(-2, 2), mean = numbers.number(-2, 2)
    let lambda = sd * sd / (sd * sd + noise * noise)
    func excess(_ sides: [String]) throws -> Double {
      try Self.excess([
        "world": Self.world([mean], [sd], [beta]), "cycles": 1,
        "discrepancies": DocumentNode(
          .list(sides.map { ["kind": "feature-noise", "id": .string($0), "side": .string($0), "sd": .number(noise)] })),
      ])
    }
    #expect(Loops.isClose(try excess(["training"]), beta * beta * (1 - lambda) * (1 - lambda) * sd * sd, scale: 10))
    #expect(Loops.isClose(try excess(["serving"]), beta * beta * noise * noise, scale: 10))
    #expect(Loops.isClose(try excess(["training", "serving"]), beta * beta * sd * sd * (1 - lambda), scale: 10))
  }

  /// w on the standardised scale is wσ: a step that is skipped, or done twice, is the wrong scaler (m′, s′) = (0, 1) in place of (m, σ), and (m + σm, σ²).
  @Test(arguments: Loops.sets) func `P3: a wrong scaler costs w²[(s/s′ − 1)² + ((m − m′)/s′)²]`(set: Int) throws {
    var numbers = Loops.Numbers("scaler", set)
    let m = numbers.number(-2, 2), s = numbers.number(0.5, 2), beta = numbers.number(-2, 2), share = numbers.number(0, 1)
    let w = beta * s
    func cost(_ otherMean: Double, _ otherScale: Double) -> Double {
      let stretch = s / otherScale - 1, move = (m - otherMean) / otherScale
      return w * w * (stretch * stretch + move * move)
    }
    func excess(_ kind: String, share: Double = 1) throws -> Double {
      try Self.excess([
        "world": Self.world([m], [s], [beta]), "cycles": 1, "pipeline": [["kind": "standardize"]],
        "discrepancies": [["kind": .string(kind), "step": "standardize", "share": .number(share)]],
      ])
    }
    #expect(Loops.isClose(try excess("skip-transform"), cost(0, 1), scale: 10))
    #expect(Loops.isClose(try excess("double-transform"), cost(m + s * m, s * s), scale: 10))
    #expect(Loops.isClose(try excess("double-transform", share: share), share * cost(m + s * m, s * s), scale: 10))
  }

  /// On a table drawn with replacement, against the sum over its rows.
  @Test func `a table's other side is that of its rows`() throws {
    var rows: [(x: Double?, group: String, y: Double)] = []
    for i in 0..<60 {
      let x = Double(i % 7), noise = Double((i * 37) % 11)
      rows.append((i % 5 == 0 ? nil : x, ["a", "b", "c"][i % 3], noise + 0.5 * x))
    }
    let folder = FileManager.default.temporaryDirectory.appending(path: "two-sides-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    var text = "x,group,y\n"
    for row in rows { text += (row.x.map { String($0) } ?? "") + ",\(row.group),\(row.y)\n" }
    try text.write(to: folder.appending(path: "t.csv"), atomically: true, encoding: .utf8)
    var document: ScenarioDocument = [
      "world": ["kind": "table", "path": .string(folder.appending(path: "t.csv").path), "target": "y"], "cycles": 1,
      "evaluation": ["share": 0], "rows": 30,
      "pipeline": [["kind": "impute", "with": "mean"], ["kind": "one-hot"]],
    ]
    func losses() throws -> (served: Double, best: Double, model: LinearPredictor) {
      let scenario = try Scenario(document, catalog: .standard)
      var path = PopulationPath(try #require(PopulationLoop(scenario)))
      let record = path.run()[1], values = record.values
      return (
        try Loops.value("served_loss", scenario, values), try Loops.value("best_loss", scenario, values),
        try #require(record.model).encoded
      )
    }
    let plain = try losses(), model = plain.model
    let mean = rows.compactMap(\.x).reduce(0, +) / Double(rows.compactMap(\.x).count)
    func loss(_ fill: Double, _ groups: [String: Int]) -> Double {
      var sum = 0.0
      for row in rows {
        let level = model.weights[1 + (groups[row.group] ?? 0)]
        let error = row.y - model.intercept - model.weights[0] * (row.x ?? fill) - level
        sum += error * error / 60
      }
      return sum
    }
    let usual = ["a": 0, "b": 1, "c": 2]
    #expect(Loops.isClose(plain.served, loss(mean, usual)))
    #expect(Loops.isClose(plain.served, plain.best))
    document.root["discrepancies"] = [["kind": "impute-mismatch", "with": "constant", "value": -2, "share": 0.3]]
    #expect(Loops.isClose(try losses().served, 0.7 * loss(mean, usual) + 0.3 * loss(-2, usual)))
    document.root["discrepancies"] = [["kind": "category-order", "exchange": ["a", "b"]]]
    let exchanged = try losses().served, expected = loss(mean, ["a": 1, "b": 0, "c": 2])
    #expect(Loops.isClose(exchanged, expected), "\(exchanged) instead of \(expected)")
  }

  // MARK: The loop as matrices

  @Test(arguments: 0..<20) func `the matrices of a loop whose sides differ say what its steps do`(set: Int) throws {
    var numbers = Loops.Numbers("two-sides", set)
    let world = Loops.world(&numbers, features: 3)
    let ownSteps = set.isMultiple(of: 2)
    var discrepancies: [DocumentNode] = [
      ["kind": "feature-noise", "features": ["x1"], "sd": .number(numbers.number(0, 1)), "share": .number(numbers.number(0, 1))],
      [
        "kind": "default-on-timeout", "features": ["x2"], "probability": .number(numbers.number(0, 1)),
        "value": .number(numbers.number(-2, 2)),
      ],
      ["kind": "feature-noise", "id": "training", "side": "training", "features": ["x3"], "sd": .number(numbers.number(0, 1))],
      ["kind": "unit", "id": "feet", "side": "training", "features": ["x2"], "factor": .number(numbers.number(0.5, 2)), "offset": 1],
    ]
    if ownSteps { discrepancies.append(["kind": "double-transform", "step": "standardize", "share": .number(numbers.number(0, 1))]) }
    let scenario = try Scenario(
      [
        "world": world, "cycles": 6, "pipeline": [["kind": "standardize"]],
        "learner": ["kind": "ridge", "penalty": .number(numbers.number(0, 0.5)), "intercept": .bool(set % 3 != 0)],
        "feedback": [
          ["kind": "label-follows-prediction", "strength": .number(numbers.number(-0.5, 0.5)), "exposed": .number(numbers.number(0, 1))],
          [
            "kind": "location-family", "sensitivity": .number(numbers.number(-0.3, 0.3)), "offset": .numbers(numbers.numbers(3, -0.2, 0.2)),
          ],
        ],
        "discrepancies": DocumentNode(.list(discrepancies)),
      ], catalog: .standard)
    let loop = try #require(PopulationLoop(scenario)), matrices = AffineLoop(loop, cycle: 1)
    #expect(matrices.reading == nil && !matrices.trainsOnKept && matrices.servesByOwnSteps == !ownSteps)
    let (map, offset) = matrices.retraining
    var path = PopulationPath(loop)
    var u = matrices.untouchedFit
    for record in path.run() {
      let fitted = try #require(record.fitted), expected = matrices.predictor(u)
      for (x, y) in zip([fitted.predictor.intercept] + fitted.predictor.weights, [expected.intercept] + expected.weights) {
        #expect(Loops.isClose(x, y, scale: 10), "cycle \(record.cycle)")
      }
      if let model = record.model {
        let squares = dot(model.encoded.weights, model.encoded.weights), served = try Loops.value("served_loss", scenario, record.values)
        let before =
          (matrices.parameters.first == "intercept" ? [model.encoded.intercept + dot(model.encoded.weights, matrices.encodedMean)] : [])
          + model.encoded.weights
        #expect(Loops.isClose(matrices.risk(before), served + matrices.penalty * squares, scale: 10))
        if !ownSteps {
          #expect(Loops.isClose(matrices.risk(model.predictor, squaredNorm: squares), served + matrices.penalty * squares, scale: 10))
        }
      }
      u = zip(map.times(u), offset).map { $0 + $1 }
    }
    // The optimum: no step in any direction makes the risk less, and the slope there is rounding.
    let optimum = try #require(matrices.optimum), least = matrices.risk(optimum)
    for j in optimum.indices {
      var up = optimum, down = optimum
      up[j] += 1e-3
      down[j] -= 1e-3
      let (above, below) = (matrices.risk(up), matrices.risk(down))
      // The risk is quadratic: half the difference is 1e-3 times the slope, exactly but for rounding of numbers near `least`.
      #expect(above >= least && below >= least && abs(above - below) <= 1e-12 * max(1, least))
    }
  }

  // MARK: Features that move, not all alike

  /// One standard feature of weight β, mean 0. Where a share e moves by −εθ the variance of what is seen is 1 + e(1 − e)ε²θ², with an intercept; where all move, by weights guessed with errors of standard deviation s, 1 + ε²s².
  @Test(arguments: Loops.sets) func `the weights pay for what nobody can tell`(set: Int) throws {
    var numbers = Loops.Numbers("movers", set)
    let beta = numbers.number(0.3, 1), strength = numbers.number(0.2, 1), exposed = numbers.number(0.1, 0.9), s = numbers.number(0.1, 1.5)
    func theory(_ more: (key: String, value: DocumentNode)) throws -> LoopTheory {
      var response: DocumentNode = ["kind": "strategic-features", "strength": .number(strength)]
      response[more.key] = more.value
      return try Loops.theory([
        "world": ["kind": "gaussian", "features": 1, "coefficients": [.number(beta)]], "cycles": 40,
        "feedback": DocumentNode(.list([response])),
      ])
    }
    let some = try theory(("exposed", .number(exposed))), blurred = try theory(("knowledge-noise", .number(s)))
    #expect(some.optimum == nil, "nothing absorbs the move of some rows")
    let theta = try #require(some.stablePoint).predictor.weights[0]
    #expect(Loops.isClose(theta * (1 + exposed * (1 - exposed) * strength * strength * theta * theta), beta))
    let noisy = try #require(blurred.stablePoint).predictor.weights[0]
    #expect(Loops.isClose(noisy * (1 + strength * strength * s * s), beta))
    // The derivative of θ ↦ β/(1 + cθ²), c = e(1 − e)ε².
    let c = exposed * (1 - exposed) * strength * strength
    let derivative = 2 * c * beta * theta / ((1 + c * theta * theta) * (1 + c * theta * theta))
    guard case .settles(let rate) = some.behaviour else {
      Issue.record("\(some.behaviour)")
      return
    }
    // The error of central differences, see MovingFeatures.
    #expect(abs(rate - derivative) < 1e-7)
  }

  // MARK: What is no population loop

  @Test func `what keeps a scenario from having a theory is named`() throws {
    func obstacles(_ document: ScenarioDocument) throws -> [String] {
      PopulationLoop.obstacles(of: try Scenario(document, catalog: .standard)).map(\.part)
    }
    let slow: DocumentNode = ["kind": "state", "memory": 0.5, "response": ["kind": "label-follows-prediction", "strength": 0.5]]
    #expect(try obstacles(["world": ["kind": "gaussian"], "feedback": [slow]]).isEmpty)
    #expect(
      try obstacles(["world": ["kind": "gaussian"], "feedback": [slow], "discrepancies": [["kind": "unit", "factor": 2]]])
        == ["feedback.state"])
    #expect(
      try obstacles([
        "world": ["kind": "coin"], "feedback": [["kind": "location-family"], ["kind": "label-follows-prediction"]],
      ]) == ["feedback.label-follows-prediction"])
    #expect(
      try obstacles(["world": ["kind": "gaussian", "outcome": "binary"], "feedback": [["kind": "location-family"]]])
        == ["feedback.location-family"])
    let stale: DocumentNode = ["kind": "stale-feature", "features": ["x1"], "cycles": 1]
    #expect(try obstacles(["world": ["kind": "gaussian"], "discrepancies": [stale]]) == ["discrepancies.stale-feature"])
    #expect(
      try obstacles(["world": ["kind": "coin"], "feedback": [["kind": "strategic-features"], ["kind": "location-family"]]])
        == ["feedback.location-family"])
    #expect(try obstacles(["world": ["kind": "gaussian", "features": 1, "coefficients": [1e200]]]) == ["world"])
  }

  @Test func `a coin whose probabilities would leave 0 and 1 has a curve up to there, and no stable point`() throws {
    let scenario = try Scenario(
      ["world": ["kind": "coin", "lean": 0.3], "cycles": 6, "feedback": [["kind": "location-family", "sensitivity": 0.8]]],
      catalog: .standard)
    let theory = try LoopTheory.of(scenario).get()
    #expect(theory.stablePoint == nil && theory.optimum == nil)
    var path = PopulationPath(theory.loop)
    // ½ + 0.3 + 0.8·0.3 is above 1 as soon as the first model serves.
    #expect(path.run().map(\.cycle) == [0])
  }

  @Test func `a risk without a minimum has no optimum`() throws {
    // At ε = ½ the coin's risk ¼ − 2μθ falls for ever.
    let theory = try Loops.theory(["world": ["kind": "coin", "lean": 0.1], "feedback": [["kind": "location-family", "sensitivity": 0.5]]])
    #expect(theory.optimum == nil && theory.stablePoint != nil)
  }

  // MARK: A memory beside other responses

  @Test(arguments: Loops.sets) func `a slow response beside a quick one: the factor is that of the companion map`(set: Int) throws {
    var numbers = Loops.Numbers("partly-slow", set)
    let quick = numbers.number(-0.4, 0.4), slow = numbers.number(-0.5, 0.5), delta = numbers.number(0.1, 0.9)
    let isDelay = set % 2 == 0, delay = 1 + set % 3
    let memory: DocumentNode = isDelay ? ["kind": "state", "delay": .integer(delay)] : ["kind": "state", "memory": .number(1 - delta)]
    var state = memory
    state["response"] = ["kind": "label-follows-prediction", "strength": .number(slow)]
    let world = Loops.world(&numbers, features: 2)
    let theory = try Loops.theory([
      "world": world, "cycles": 400, "metrics": ["loss"],
      "feedback": [["kind": "label-follows-prediction", "id": "quick", "strength": .number(quick)], state],
    ])
    let beta = try #require(world["coefficients"]?.numberOrNumbers), stable = try #require(theory.stablePoint)
    for j in beta.indices { #expect(Loops.isClose(stable.predictor.weights[j], beta[j] / (1 - quick - slow))) }
    guard case .settles(let rate) = theory.behaviour else {
      Issue.record("\(theory.behaviour)")
      return
    }
    // In one weight: the root of largest magnitude of z² = (a + δb + 1 − δ)z − (1 − δ)a, or of z^(k+1) = az^k + b.
    /// Whether some z of this magnitude solves it, looked for on a fine circle.
    func characteristic(_ magnitude: Double) -> Bool {
      for step in 0..<20_000 {
        let angle = 2 * Double.pi * Double(step) / 20_000
        func power(_ n: Int) -> (re: Double, im: Double) {
          let size = pow(magnitude, Double(n)), turn = angle * Double(n)
          return (size * cos(turn), size * sin(turn))
        }
        let left = power(isDelay ? delay + 1 : 2), middle = power(isDelay ? delay : 1)
        let factor = isDelay ? quick : quick + delta * slow + 1 - delta, rest = isDelay ? slow : -(1 - delta) * quick
        if hypot(left.re - factor * middle.re - rest, left.im - factor * middle.im) < 1e-3 { return true }
      }
      return false
    }
    #expect(characteristic(rate))
    // The path closes in on the stable point, as fast as that.
    var path = PopulationPath(theory.loop)
    let last = try #require(path.run().last?.fitted)
    // The slowest of these factors is below 0.96, and 0.96^400 below 1e-7.
    for j in beta.indices {
      #expect(abs(last.predictor.weights[j] - stable.predictor.weights[j]) <= 1e-6 * abs(stable.predictor.weights[j]) + 1e-9)
    }
  }

  // MARK: Rhythm

  @Test func `a window longer than the run never forgets, and takes no time`() throws {
    func theory(_ window: DocumentNode) throws -> LoopTheory {
      try Loops.theory([
        "world": ["kind": "gaussian"], "cycles": 5, "rows": 100, "retraining": ["every": 1, "window": window],
        "feedback": [["kind": "label-follows-prediction", "strength": 0.5]],
      ])
    }
    let all = try theory("all")
    for window: DocumentNode in [["cycles": 100_000], ["rows": 9_000_000_000_000_000_000]] {
      let long = try theory(window)
      #expect(long.behaviour == all.behaviour && long.errorLeft == all.errorLeft)
    }
    // Σ over the fits: Γ(k + ρ)/(Γ(k + 1)Γ(ρ + 1)), THEORY.md F1, relative to the first; k = 6 fits.
    #expect(Loops.isClose(try #require(all.errorLeft), tgamma(6.5) / (tgamma(7) * tgamma(1.5))))
  }
}

/// Rows that are finitely many, and rows that depend on each other: **P4**, **P6** of THEORY.md, and tables that change.
@Suite struct PopulationsOfRowsTests {
  typealias Loops = PopulationLoopTests

  @Test(arguments: Loops.sets) func `P4: a feature k rows old costs 2w²(1 − φ^k), trained on it too w²(1 − φ^2k)`(set: Int) throws {
    var numbers = Loops.Numbers("stale", set)
    let phi = numbers.number(-0.95, 0.95), w = numbers.number(-2, 2), k = 1 + set % 7, share = numbers.number(0, 1)
    func excess(_ sides: [String], share: Double = 1) throws -> Double {
      try TwoSidesTests.excess([
        "world": ["kind": "autoregressive", "features": 2, "autocorrelation": .numbers([phi, 0.3]), "coefficients": .numbers([w, 1])],
        "cycles": 1, "rows": 100,
        "discrepancies": DocumentNode(
          .list(
            sides.map {
              [
                "kind": "stale-feature", "id": .string($0), "side": .string($0), "features": ["x1"], "rows": .integer(k),
                "share": .number(share),
              ]
            })),
      ])
    }
    let kept = pow(phi, Double(k))
    #expect(Loops.isClose(try excess(["serving"]), 2 * w * w * (1 - kept), scale: 10))
    #expect(Loops.isClose(try excess(["serving"], share: share), share * 2 * w * w * (1 - kept), scale: 10))
    #expect(Loops.isClose(try excess(["training", "serving"]), w * w * (1 - kept * kept), scale: 10))
  }

  @Test func `P4 in numbers: 0.819 and 0.651 at φ = 0.9, five rows old`() throws {
    #expect(abs(2 * (1 - pow(0.9, 5)) - 0.819) < 5e-4 && abs(1 - pow(0.9, 10) - 0.651) < 5e-4)
  }

  @Test(arguments: Loops.sets) func `features joined to another, independent row cost w′[DSD′ + hh′]w of an independent copy: 2w²σ²`(
    set: Int
  ) throws {
    var numbers = Loops.Numbers("misaligned", set)
    let m = numbers.numbers(2, -2, 2), sd = numbers.numbers(2, 0.5, 2), w = numbers.numbers(2, -2, 2)
    let excess = try TwoSidesTests.excess([
      "world": TwoSidesTests.world(m, sd, w), "cycles": 1, "discrepancies": [["kind": "misaligned-rows", "features": ["x1"]]],
    ])
    #expect(Loops.isClose(excess, 2 * w[0] * w[0] * sd[0] * sd[0], scale: 10))
  }

  /// Hour as (cos, sin), uniform hours: |w|²(1 − cos(2πh/24)); dropping the feature |w|²/2.
  @Test(arguments: [0, 1, 5, 8, 12, 23]) func `P6: an hour shifted by h`(hours: Int) throws {
    func excess(_ discrepancies: [DocumentNode], _ pipeline: [DocumentNode]) throws -> Double {
      try TwoSidesTests.excess([
        "world": [
          "kind": "categorical", "hour": ["cosine": 1, "sine": 0.5], "noise": 0.3,
          "features": [["name": "shop", "levels": ["a", "b", "c"], "frequencies": [1, 2, 3], "effects": [0, 1, -1]]],
        ], "cycles": 1, "pipeline": DocumentNode(.list(pipeline)), "discrepancies": DocumentNode(.list(discrepancies)),
      ])
    }
    let steps: [DocumentNode] = [["kind": "cyclic", "features": ["hour"], "period": 24], ["kind": "one-hot"]]
    let shifted = try excess([["kind": "timezone", "features": ["hour"], "hours": .integer(hours)]], steps)
    #expect(Loops.isClose(shifted, 1.25 * (1 - cos(2 * Double.pi * Double(hours) / 24)), scale: 10))
    #expect(Loops.isClose(try excess([], [["kind": "drop", "features": ["hour"]], ["kind": "one-hot"]]), 1.25 / 2, scale: 10))
  }

  @Test func `steps that count rows meet infinitely many`() throws {
    func excess(
      _ pipeline: [DocumentNode], _ discrepancies: [DocumentNode], world: DocumentNode = TwoSidesTests.world([1, -1], [2, 1], [1, 0.5])
    ) throws
      -> Double
    {
      try TwoSidesTests.excess([
        "world": world, "cycles": 1, "pipeline": DocumentNode(.list(pipeline)), "discrepancies": DocumentNode(.list(discrepancies)),
      ])
    }
    // n − 1 for n is no difference in the limit: 1e-9 of the weights.
    #expect(abs(try excess([["kind": "standardize", "ddof": 1]], [])) < 1e-8)
    #expect(abs(try excess([["kind": "standardize"]], [["kind": "ddof"]])) < 1e-8)
    // The quartiles of 24 equal hours lie between hours, and a linear function of the hour fits as well on any scale.
    let shop: DocumentNode = [
      "kind": "categorical", "noise": 0.3, "features": [["name": "shop", "levels": ["a", "b"], "effects": [0, 1]]],
      "hour": ["cosine": 1, "sine": 0.5],
    ]
    let plain = try excess([["kind": "one-hot"]], [], world: shop)
    #expect(
      Loops.isClose(try excess([["kind": "one-hot"], ["kind": "robust-scale", "features": ["hour"]]], [], world: shop), plain, scale: 10))
    #expect(plain < 1.25 / 2, "the hour as a number tells a part")
  }

  @Test func `a row that is its own other is no other row`() throws {
    let excess = try TwoSidesTests.excess([
      "world": TwoSidesTests.world([1], [1], [1]), "cycles": 1,
      "discrepancies": [["kind": "misaligned-rows", "features": ["x1"], "by": 0]],
    ])
    #expect(Loops.isClose(excess, 0, scale: 10))
  }

  @Test func `labels whose noise outgrows the model's own error diverge: s²p > 1`() throws {
    func behaviour(_ adherence: Double) throws -> LoopTheory.Behaviour {
      try Loops.theory(["world": ["kind": "gaussian"], "feedback": [["kind": "anchoring", "usage": 0.9, "adherence": .number(adherence)]]])
        .behaviour
    }
    // s²p = 0.98 and 1.02: the root of that from fit to fit.
    for product in [0.98, 1.02] {
      let rate: Double? =
        switch try behaviour((product / 0.9).squareRoot()) {
        case .settles(let rate) where product < 1: rate
        case .diverges(let rate) where product > 1: rate
        default: nil
        }
      #expect(Loops.isClose(try #require(rate), product.squareRoot()))
    }
  }

  @Test func `a table whose effects and noise change has the loss of its rows as they are then`() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "rows-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    var text = "x,y\n", rows: [(x: Double, y: Double)] = []
    for i in 0..<40 {
      let row = (x: Double(i % 9) - 3, y: Double((i * 29) % 13))
      rows.append(row)
      text += "\(row.x),\(row.y)\n"
    }
    try text.write(to: folder.appending(path: "t.csv"), atomically: true, encoding: .utf8)
    let scenario = try Scenario(
      [
        "world": ["kind": "table", "path": .string(folder.appending(path: "t.csv").path), "target": "y"], "cycles": 3, "rows": 20,
        "evaluation": ["share": 0], "retraining": "never",
        "shifts": [
          ["kind": "coefficient", "feature": "x", "change": 0.7, "unit": "raw", "profile": ["kind": "step", "from": 2]],
          ["kind": "noise", "change": 0.5, "profile": ["kind": "step", "from": 3]],
        ],
      ], catalog: .standard)
    var path = PopulationPath(try #require(PopulationLoop(scenario)))
    let records = path.run()
    let n = Double(rows.count), mx = rows.reduce(0) { $0 + $1.x } / n, my = rows.reduce(0) { $0 + $1.y } / n
    let slope = rows.reduce(0) { $0 + ($1.x - mx) * ($1.y - my) } / rows.reduce(0) { $0 + ($1.x - mx) * ($1.x - mx) }
    func loss(_ change: Double) -> Double {
      rows.reduce(0) { sum, row in
        let error = row.y + change * (row.x - mx) - my - slope * (row.x - mx)
        return sum + error * error / n
      }
    }
    func found(_ cycle: Int) throws -> Double { try Loops.value("untouched_loss", scenario, records[cycle].values) }
    #expect(Loops.isClose(try found(1), loss(0)))
    #expect(Loops.isClose(try found(2), loss(0.7)))
    // Noise of half as much again: 1.25 times the residual variance of the table on top.
    #expect(Loops.isClose(try found(3), loss(0.7) + 1.25 * loss(0)))
  }
}
