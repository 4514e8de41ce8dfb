import Foundation
import SkewlabComponents
import SkewlabEngine
import SkewlabNumerics
import SkewlabTheory
import Testing

/// Expected curves at finite n against the closed forms of THEORY.md that are tagged [n], for random parameters.
@Suite struct SamplingTheoryTests {
  typealias Numbers = PopulationLoopTests.Numbers
  static let sets = 0..<30

  static func isClose(_ a: Double, _ b: Double, scale: Double = 1) -> Bool { PopulationLoopTests.isClose(a, b, scale: scale) }

  /// A curve, all of whose losses have to be exact.
  static func curve(_ document: ScenarioDocument) throws -> ExpectedCurve {
    let curve = try #require(ExpectedCurve(Scenario(document, catalog: .standard)))
    #expect(curve.value("excess_loss", cycle: 1)?.kind == .exact)
    return curve
  }

  static func value(_ column: String, _ cycle: Int, _ curve: ExpectedCurve) throws -> Double {
    try #require(curve.value(column, cycle: cycle)).value
  }

  /// A normal world without an intercept, and everything fitted.
  struct Case {
    let rows: Int, features: Int, noise: Double, correlation: Double
    let beta: [Double]
    var document: ScenarioDocument

    init(_ name: String, _ set: Int, cycles: Int) {
      var numbers = Numbers(name, set)
      features = 1 + set % 4
      rows = features + 4 + Int(numbers.number(0, 40))
      noise = numbers.number(0.5, 2)
      correlation = numbers.number(-0.7, 0.7)
      beta = numbers.numbers(features, -2, 2)
      document = [
        "cycles": .integer(cycles), "rows": .integer(rows), "evaluation": ["share": 0],
        "world": [
          "kind": "gaussian", "features": .integer(features), "covariance": ["autoregressive": .number(correlation)],
          "coefficients": .numbers(beta), "noise": .number(noise),
        ], "learner": ["kind": "ols", "intercept": false],
      ]
    }

    /// S.
    var covariance: Matrix {
      Matrix((0..<features).map { i in (0..<features).map { j in (0..<abs(i - j)).reduce(1.0) { power, _ in power * correlation } } })
    }
    /// σ²d/(n − d − 1).
    func excess(rows n: Int) -> Double { noise * noise * Double(features) / Double(n - features - 1) }
    /// x′Sx.
    func square(_ x: [Double]) -> Double { dot(x, covariance.times(x)) }
  }

  @Test(arguments: sets) func `S4: a right model loses its sampling error, weighed by where it is served`(set: Int) throws {
    var one = Case("covariate", set, cycles: 3), numbers = Numbers("covariate/shift", set)
    let offset = numbers.number(-2, 2), scale = numbers.number(0.3, 3)
    one.document.root["retraining"] = "never"
    one.document.root["shifts"] = [
      ["kind": "mean", "unit": "raw", "change": .number(offset), "profile": ["kind": "step", "from": 2]],
      ["kind": "scale", "change": .number(scale - 1), "profile": ["kind": "step", "from": 2]],
    ]
    let curve = try Self.curve(one.document), d = one.features
    // tr((scale²S + offset²·11′)S⁻¹)
    let ones = Array(repeating: 1.0, count: d), solved = try LeastSquares.minimumNorm(one.covariance, ones).solution
    let trace = scale * scale * Double(d) + offset * offset * dot(ones, solved)
    #expect(Self.isClose(try Self.value("excess_loss", 1, curve), one.excess(rows: one.rows)))
    #expect(Self.isClose(try Self.value("excess_loss", 3, curve), one.noise * one.noise * trace / Double(one.rows - d - 1)))
  }

  @Test(arguments: sets) func `S1 and S2: v and the square of the age`(set: Int) throws {
    var one = Case("age", set, cycles: 12), numbers = Numbers("age/shift", set)
    let delta = numbers.numbers(one.features, -1, 1), interval = 1 + set % 4
    one.document.root["shifts"] = Self.drift(delta, cycles: 12)
    one.document.root["retraining"] = ["every": .integer(interval)]
    let curve = try Self.curve(one.document)
    for cycle in 1...12 {
      let age = Double((cycle - 1) % interval + 1), expected = one.excess(rows: one.rows) + age * age * one.square(delta)
      #expect(Self.isClose(try Self.value("excess_loss", cycle, curve), expected, scale: 10), "cycle \(cycle)")
    }
  }

  /// With a derivation in `StalenessTests.spread`.
  @Test(arguments: sets) func `S3: a window of W cycles of drifting coefficients`(set: Int) throws {
    var one = Case("window", set, cycles: 12), numbers = Numbers("window/shift", set)
    let delta = numbers.numbers(one.features, -1, 1), cycles = 2 + set % 4
    one.document.root["shifts"] = Self.drift(delta, cycles: 12)
    one.document.root["retraining"] = ["every": 1, "window": ["cycles": .integer(cycles)]]
    let curve = try Self.curve(one.document), q = one.square(delta)
    let w = Double(cycles), n = w * Double(one.rows), d = Double(one.features), t = n * (w * w - 1) / 12
    let spread = q * t / ((n - 1) * (n + 2)) * (1 - 2 / n + (n * d - 2) / (n - d - 1))
    let expected = one.excess(rows: cycles * one.rows) + spread + q * (w + 1) * (w + 1) / 4
    for cycle in cycles...12 {
      #expect(Self.isClose(try Self.value("excess_loss", cycle, curve), expected, scale: 10), "cycle \(cycle)")
    }
  }

  /// Coefficients that move by δ a cycle.
  static func drift(_ delta: [Double], cycles: Int) -> DocumentNode {
    DocumentNode(
      .list(
        delta.enumerated().map { j, change in
          [
            "kind": "coefficient", "id": .string("x\(j + 1)"), "feature": .string("x\(j + 1)"), "unit": "raw",
            "change": .number(change * Double(cycles)), "profile": "ramp",
          ]
        }))
  }

  @Test(arguments: sets) func `F6: generations replaced cost kv, accumulated σ²dΣ1/(i(in−d−1))`(set: Int) throws {
    for window: DocumentNode in [["cycles": 1], "all"] {
      var one = Case("own-labels", set, cycles: 10)
      one.document.root["feedback"] = [["kind": "self-labelling", "noise": .number(one.noise)]]
      one.document.root["retraining"] = ["every": 1, "window": window]
      let curve = try Self.curve(one.document)
      var expected = 0.0
      for k in 1...10 {
        expected += window == "all" ? one.excess(rows: k * one.rows) / Double(k) : one.excess(rows: one.rows)
        #expect(Self.isClose(try Self.value("excess_loss", k, curve), expected, scale: 10), "\(window), \(k) fits")
      }
    }
  }

  /// The same rows every generation: σ²d/n on them, times k or Σ i⁻².
  @Test(arguments: sets) func `F6 on the same rows: k and Σ1/i² times σ²d/n`(set: Int) throws {
    for window: DocumentNode in [["cycles": 1], "all"] {
      var one = Case("same-rows", set, cycles: 10)
      one.document.root["world"]?["fixed-design"] = true
      one.document.root["feedback"] = [["kind": "self-labelling", "noise": .number(one.noise)]]
      one.document.root["retraining"] = ["every": 1, "window": window]
      let curve = try Self.curve(one.document)
      var sum = 0.0
      for k in 1...10 {
        sum += window == "all" ? 1 / Double(k * k) : 1
        let expected = sum * one.noise * one.noise * Double(one.features) / Double(one.rows)
        #expect(Self.isClose(try Self.value("excess_loss", k, curve), expected), "\(window), \(k) fits")
      }
    }
  }

  /// With an intercept the same, of the excess that a fit with one has.
  @Test(arguments: sets) func `F6 with an intercept, accumulated`(set: Int) throws {
    var one = Case("own-labels/intercept", set, cycles: 10)
    one.document.root["learner"] = "ols"
    one.document.root["feedback"] = [["kind": "self-labelling", "noise": .number(one.noise)]]
    one.document.root["retraining"] = ["every": 1, "window": "all"]
    let curve = try Self.curve(one.document), d = Double(one.features)
    var expected = 0.0
    for k in 1...10 {
      let n = Double(k * one.rows)
      expected += one.noise * one.noise * (1 / n + (n + 1) / n * d / (n - d - 2)) / Double(k)
      #expect(Self.isClose(try Self.value("excess_loss", k, curve), expected, scale: 10), "\(k) fits")
    }
  }

  /// E‖w − w*‖² = q with q = a²q + v + ρ²e(1−e)c(‖w*‖² + q), c = [(nd−2)/(n−d−1) + 2]/(n+2), derived in `ClosedForms.exposedVariance` for M = I.
  @Test(arguments: sets) func `F1 exposed: the larger variance of a loop that some rows answer`(set: Int) throws {
    var one = Case("exposed", set, cycles: 120), numbers = Numbers("exposed/share", set)
    let rho = numbers.number(-0.7, 0.7), exposed = numbers.number(0.1, 0.9), a = rho * exposed
    one.document.root["world"]?["covariance"] = "identity"
    one.document.root["feedback"] = [["kind": "label-follows-prediction", "strength": .number(rho), "exposed": .number(exposed)]]
    let curve = try Self.curve(one.document), n = Double(one.rows), d = Double(one.features)
    let c = ((n * d - 2) / (n - d - 1) + 2) / (n + 2), mixing = rho * rho * exposed * (1 - exposed) * c
    let square = dot(one.beta, one.beta), stable = 1 / (1 - a)
    // Few rows can make the spread grow from fit to fit.
    guard a * a + mixing < 0.8 else { return }
    let variance = (one.excess(rows: one.rows) + mixing * square * stable * stable) / (1 - a * a - mixing)
    // 0.8¹²⁰ is below 1e-11 of it.
    #expect(
      Self.isClose(try Self.value("excess_loss", 120, curve), (stable - 1) * (stable - 1) * square + variance, scale: 10))
  }

  @Test(arguments: sets) func `F1 additive: stationary excesses v/(1−ρ²) and v(1−ρ)/(1+ρ)`(set: Int) throws {
    var one = Case("additive", set, cycles: 200), numbers = Numbers("additive/strength", set)
    let rho = numbers.number(-0.9, 0.9), stable = 1 / (1 - rho), v = one.excess(rows: one.rows)
    one.document.root["feedback"] = [["kind": "label-follows-prediction", "strength": .number(rho)]]
    let curve = try Self.curve(one.document), biased = (stable - 1) * (stable - 1) * one.square(one.beta)
    #expect(Self.isClose(try Self.value("excess_loss", 200, curve), biased + v / (1 - rho * rho), scale: 10))
    #expect(Self.isClose(try Self.value("served_excess", 200, curve), v * (1 - rho) / (1 + rho), scale: 10))
  }

  /// The mean error −w*·Γ(k+ρ)/(Γ(k+1)Γ(ρ)), and exactness of the losses around it.
  @Test(arguments: sets) func `F1 on all cycles so far: the mean error falls as k^(ρ−1)`(set: Int) throws {
    var one = Case("accumulated", set, cycles: 12), numbers = Numbers("accumulated/strength", set)
    let rho = numbers.number(-0.9, 0.9)
    one.document.root["feedback"] = [["kind": "label-follows-prediction", "strength": .number(rho)]]
    one.document.root["retraining"] = ["every": 1, "window": "all"]
    _ = try Self.curve(one.document)
    let loop = try #require(PopulationLoop(Scenario(one.document, catalog: .standard)))
    var path = PopulationPath(loop)
    for (k, model) in path.run().compactMap(\.fitted).enumerated() {
      let count = Double(k + 1), error = -tgamma(count + rho) / (tgamma(count + 1) * tgamma(rho)) / (1 - rho)
      for j in one.beta.indices {
        #expect(Self.isClose(model.predictor.weights[j], (1 / (1 - rho) + error) * one.beta[j], scale: 10), "\(k + 1) fits")
      }
    }
  }

  /// Where a recursion is not exact, no curve claims to be.
  @Test func `feedback over several cycles, kept originals and decay are not exact`() throws {
    func kind(_ retraining: DocumentNode, feedback: DocumentNode) throws -> ExpectedCurve.Kind? {
      let one = Case("kinds", 1, cycles: 4)
      var document = one.document
      document.root["retraining"] = retraining
      document.root["feedback"] = feedback
      return try ExpectedCurve(Scenario(document, catalog: .standard))?.value("excess_loss", cycle: 1)?.kind
    }
    let answer: DocumentNode = [["kind": "label-follows-prediction", "strength": 0.5]]
    #expect(try kind(["every": 1, "window": ["cycles": 2]], feedback: answer) == .population)
    #expect(try kind(["every": 2, "window": "all"], feedback: answer) == .population)
    #expect(try kind(["every": 1, "window": "all"], feedback: answer) == .exact)
    for retraining: DocumentNode in [
      ["every": 1, "window": ["cycles": 2], "originals": 0.3], ["every": 1, "window": ["decay": 2]],
    ] {
      #expect(try kind(retraining, feedback: []) == .population)
    }
    #expect(try kind(["every": 1, "window": ["cycles": 2]], feedback: []) == .exact)
  }

  /// A side that begins to deviate later is seen, whatever it does.
  @Test func `a discrepancy that begins later takes exactness away, where it is more than another affine reading in serving`() throws {
    func kind(_ discrepancy: DocumentNode) throws -> ExpectedCurve.Kind? {
      var document = Case("late", 1, cycles: 4).document
      document.root["learner"] = "ols"
      document.root["pipeline"] = [["kind": "standardize"]]
      document.root["discrepancies"] = [discrepancy]
      return try ExpectedCurve(Scenario(document, catalog: .standard))?.value("excess_loss", cycle: 1)?.kind
    }
    #expect(try kind(["kind": "unit", "features": ["x1"], "factor": 2, "from": 3]) == .exact)
    for late: DocumentNode in [
      ["kind": "skip-transform", "step": "standardize", "from": 3],
      ["kind": "unit", "features": ["x1"], "factor": 2, "from": 3, "side": "training"],
      ["kind": "unit", "features": ["x1"], "factor": 2, "from": 3, "share": 0.5],
    ] {
      #expect(try kind(late) != .exact, "\(late)")
    }
  }
}
