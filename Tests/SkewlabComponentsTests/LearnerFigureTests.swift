import SkewlabComponents
import SkewlabEngine
import SkewlabNumerics
import Testing

/// Learners that iterate, against SciPy, scikit-learn and statsmodels (Tests/Reference/learner_figures.py).
@Suite struct LearnerFigureTests {
  static let features = Matrix(
    rows: LearnerFigures.x1.count, columns: 3, elements: LearnerFigures.x1 + LearnerFigures.x2 + LearnerFigures.x3)
  static let names = ["x1", "x2", "x3"]
  /// The figures are solutions to a gradient below 1e-13 of systems of condition up to 1e4.
  static let figure = 1e-8

  static func data(
    _ features: Matrix, _ outcomes: [Double], weights: [Double]? = nil, start: LinearPredictor? = nil
  ) -> TrainingData {
    let rows = Matrix(rows: features.rows, columns: features.columns + 1, elements: features.elements + outcomes)
    let weights = weights ?? Array(repeating: 1, count: outcomes.count)
    var moments = Moments(dimension: rows.columns)
    moments.add(rows, rows: 0..<rows.rows, weights: weights.span)
    return TrainingData(
      moments: moments, rows: rows, weights: weights, features: (0..<features.columns).map { "x\($0 + 1)" }, start: start)
  }

  /// A learner of either kind, with outcomes for it.
  static let both: [(DocumentNode, [Double])] = [
    (["kind": "logistic", "penalty": 0], LearnerFigures.binary), (["kind": "huber"], LearnerFigures.numeric),
  ]

  static func learner(_ node: DocumentNode) throws -> any Learner {
    try scenario(("world", ["kind": "gaussian", "outcome": "binary"]), ("learner", node)).learner.component
  }

  func expectFigures(
    _ fit: LinearFit, bias: Double, weights: [Double], _ what: Comment, at location: Testing.SourceLocation = #_sourceLocation
  ) {
    let own = [fit.predictor.intercept] + fit.predictor.weights
    for (value, expected) in zip(own, [bias] + weights) {
      #expect(abs(value - expected) <= Self.figure * abs(expected), what, sourceLocation: location)
    }
    #expect(fit.certificate?.converged == true, what, sourceLocation: location)
    #expect(fit.deficientRank == nil, what, sourceLocation: location)
  }

  @Test func `logistic regression is that of scikit-learn, statsmodels and SciPy`() throws {
    for figure in LearnerFigures.logistic {
      let learner = try Self.learner(
        ["kind": "logistic", "penalty": .number(figure.penalty), "intercept": .bool(figure.intercept)])
      let fit = try learner.fit(Self.data(Self.features, LearnerFigures.binary, weights: figure.isWeighted ? LearnerFigures.weights : nil))
      expectFigures(fit, bias: figure.bias, weights: figure.weights, "\(figure)")
      #expect(fit.predictor.link == .logistic)
      // Of the last step's square: far below this.
      #expect(try #require(fit.certificate?.gradientNorm) < 1e-12)
    }
  }

  @Test func `huber with a fixed threshold is SciPy's minimum`() throws {
    for figure in LearnerFigures.huberFixed {
      let learner = try Self.learner(
        [
          "kind": "huber", "scale": "none", "epsilon": .number(figure.epsilon), "penalty": .number(figure.penalty),
          "intercept": .bool(figure.intercept),
        ])
      let fit = try learner.fit(Self.data(Self.features, LearnerFigures.numeric, weights: figure.isWeighted ? LearnerFigures.weights : nil))
      expectFigures(fit, bias: figure.bias, weights: figure.weights, "\(figure)")
    }
  }

  @Test func `huber with the MAD is RLM of statsmodels`() throws {
    for figure in LearnerFigures.huberMAD {
      let fit = try Self.learner(["kind": "huber", "epsilon": .number(figure.epsilon)]).fit(
        Self.data(Self.features, LearnerFigures.numeric))
      expectFigures(fit, bias: figure.bias, weights: figure.weights, "\(figure)")
    }
  }

  @Test(arguments: ["logistic", "huber"])
  func `a warm start saves iterations and finds the same solution`(kind: String) throws {
    let outcomes = kind == "logistic" ? LearnerFigures.binary : LearnerFigures.numeric
    let cold = try Self.learner(["kind": .string(kind)]).fit(Self.data(Self.features, outcomes))
    var near = cold.predictor
    for j in near.weights.indices { near.weights[j] *= 1.001 }
    near.intercept *= 1.001
    let warm = try Self.learner(["kind": .string(kind), "start": "warm"]).fit(Self.data(Self.features, outcomes, start: near))
    #expect(try #require(warm.certificate?.iterations) < #require(cold.certificate?.iterations), "\(warm) \(cold)")
    #expect(warm.certificate?.converged == true)
    for (a, b) in zip(warm.predictor.weights, cold.predictor.weights) { #expect(abs(a - b) <= Self.figure * abs(b)) }
    // A cold start does not look at it.
    #expect(try Self.learner(["kind": .string(kind)]).fit(Self.data(Self.features, outcomes, start: near)) == cold)
  }

  /// On a window that keeps all rows the next solution is near.
  @Test func `a warm start in the loop changes no model`() throws {
    func run(_ learner: DocumentNode, _ world: DocumentNode) throws -> [LinearFit] {
      var simulation = Simulation(
        try scenario(("world", world), ("rows", 500), ("cycles", 4), ("learner", learner), ("retraining", ["every": 1, "window": "all"])))
      return simulation.run().compactMap(\.fitted)
    }
    let worlds: [(DocumentNode, String)] = [
      (["kind": "gaussian", "features": 3, "outcome": "binary"], "logistic"),
      (["kind": "gaussian", "features": 3, "noise": ["shape": "student-t", "degrees": 3]], "huber"),
    ]
    for (world, kind) in worlds {
      let cold = try run(["kind": .string(kind)], world), warm = try run(["kind": .string(kind), "start": "warm"], world)
      func iterations(_ fits: [LinearFit]) -> Int { fits.reduce(0) { $0 + ($1.certificate?.iterations ?? 0) } }
      #expect(cold.count == 5 && warm.count == 5)
      // The least squares that Huber's cold start begins at are as near as the last window's fit.
      if kind == "logistic" { #expect(iterations(warm) < iterations(cold)) }
      for (a, b) in zip(warm, cold) {
        for (x, y) in zip(a.predictor.weights, b.predictor.weights) { #expect(abs(x - y) <= Self.figure, "\(kind)") }
      }
    }
  }

  // MARK: Where there is no solution, or many

  @Test func `separated outcomes have no finite solution, and the fit says so`() throws {
    let x = Matrix(rows: 6, columns: 1, elements: [-3, -2, -1, 1, 2, 3])
    let separated = [0.0, 0, 0, 1, 1, 1], touching = [0.0, 0, 1, 1, 1, 1]
    for outcomes in [separated, touching, Array(repeating: 1, count: 6), Array(repeating: 0, count: 6)] {
      let fit = try Self.learner(["kind": "logistic", "penalty": 0]).fit(Self.data(x, outcomes))
      #expect(fit.predictor.isFinite && fit.certificate?.converged == false, "\(fit)")
      for i in 0..<6 {
        let score = fit.predictor.intercept + fit.predictor.weights[0] * x[i, 0]
        #expect((outcomes[i] == 1 ? 1 : -1) * score > 30)
      }
      // With a penalty the weights have an end; the intercept of one outcome only has none.
      let penalised = try Self.learner(["kind": "logistic", "penalty": 0.1]).fit(Self.data(x, outcomes))
      #expect(penalised.certificate?.converged == (Set(outcomes).count == 2), "\(penalised)")
    }
  }

  /// The indicator of the first rows is 1 for outcomes of 1 only, while the other feature mixes them.
  @Test func `half separated outcomes end too`() throws {
    let indicator = [1.0, 1, 1, 0, 0, 0, 0, 0, 0], x = [0.3, -1, 0.5, -1, 2, 0, 1, -0.5, 0.2], outcomes = [1.0, 1, 1, 0, 1, 1, 0, 0, 1]
    let fit = try Self.learner(["kind": "logistic", "penalty": 0])
      .fit(Self.data(Matrix(rows: 9, columns: 2, elements: indicator + x), outcomes))
    #expect(fit.predictor.isFinite && fit.certificate?.converged == false, "\(fit)")
    #expect(fit.predictor.weights[0] > 20)
    // The rest is the regression on the other rows.
    let rest = try Self.learner(["kind": "logistic", "penalty": 0])
      .fit(Self.data(Matrix(rows: 6, columns: 1, elements: Array(x[3...])), Array(outcomes[3...])))
    // e^(−20) of what the first rows still pull.
    #expect(abs(fit.predictor.weights[1] - rest.predictor.weights[0]) < 1e-7)
  }

  @Test func `copies and constant columns give the solution of least norm`() throws {
    let x = Self.features.column(0), n = Self.features.rows
    let design = Matrix(rows: n, columns: 4, elements: x + x.map { 2 * $0 } + Self.features.column(2) + Array(repeating: 3, count: n))
    let plain = Matrix(rows: n, columns: 2, elements: x + Self.features.column(2))
    for (node, outcomes) in Self.both {
      let learner = try Self.learner(node)
      let fit = try learner.fit(Self.data(design, outcomes)), single = try learner.fit(Self.data(plain, outcomes))
      #expect(fit.deficientRank == 2)
      let weights = fit.predictor.weights
      // w₁ + 2w₂ is the single weight, and of those the least norm has w₂ = 2w₁.
      #expect(abs(weights[0] - single.predictor.weights[0] / 5) < Self.figure && abs(weights[1] - 2 * weights[0]) < Self.figure)
      #expect(abs(weights[2] - single.predictor.weights[1]) < Self.figure && weights[3] == 0)
      // A start outside of the row space would stay outside.
      let start = LinearPredictor(intercept: 0, weights: [1, -0.5, 0, 2])
      var warm = node
      warm["start"] = "warm"
      #expect(try Self.learner(warm).fit(Self.data(design, outcomes, start: start)).predictor == fit.predictor)
    }
  }

  @Test func `units do not matter, and what cannot be squared is told`() throws {
    let n = Self.features.rows
    func scaled(_ factor: Double) -> Matrix {
      Matrix(rows: n, columns: 2, elements: Self.features.column(0) + Self.features.column(2).map { factor * $0 })
    }
    for (node, outcomes) in Self.both {
      let learner = try Self.learner(node)
      let plain = try learner.fit(Self.data(scaled(1), outcomes))
      for factor in [1e-100, 1e100] {
        let other = try learner.fit(Self.data(scaled(factor), outcomes))
        #expect(other.certificate?.converged == true)
        #expect(abs(other.predictor.weights[1] * factor - plain.predictor.weights[1]) <= Self.figure * abs(plain.predictor.weights[1]))
      }
      #expect(throws: FitError.notFinite(feature: "x2")) { try learner.fit(Self.data(scaled(1e200), outcomes)) }
    }
  }

  @Test func `few rows and outcomes that are not binary`() throws {
    let one = Matrix(rows: 1, columns: 3, elements: [1, 2, 3])
    let huber = try Self.learner("huber").fit(Self.data(one, [7]))
    #expect(huber.predictor.weights == [0, 0, 0] && huber.predictor.intercept == 7 && huber.certificate?.converged == true)
    let logistic = try Self.learner("logistic").fit(Self.data(one, [1]))
    #expect(logistic.predictor.isFinite && logistic.certificate?.converged == false)
    #expect(throws: FitError.notBinary(outcome: 7)) { try Self.learner("logistic").fit(Self.data(one, [7])) }
    // Four of five residuals are zero at the least-absolute solution: the MAD is zero on the way there.
    let line = Matrix(rows: 5, columns: 1, elements: [0, 1, 2, 3, 4])
    #expect(try Self.learner("huber").fit(Self.data(line, [0, 1, 2, 3, 100])).predictor.isFinite)
  }

  @Test func `huber is least squares where nothing is beyond the threshold, and forgets one outlier`() throws {
    let wide = try Self.learner(["kind": "huber", "scale": "none", "epsilon": 1e6]).fit(Self.data(Self.features, LearnerFigures.numeric))
    let ols = try Self.learner("ols").fit(Self.data(Self.features, LearnerFigures.numeric))
    #expect(wide.predictor == ols.predictor)
    var spoiled = LearnerFigures.numeric
    spoiled[0] = 1e9
    let huber = try Self.learner("huber").fit(Self.data(Self.features, spoiled))
    let clean = try Self.learner("huber").fit(Self.data(Self.features, LearnerFigures.numeric))
    let moved = zip(huber.predictor.weights, clean.predictor.weights).map { abs($0 - $1) }
    // One row of sixty has an influence of δ/n at most, in units of the inverse covariance: 25 for x3, whose variance is 0.04.
    #expect(moved[0] < 0.1 && moved[1] < 0.02 && moved[2] < 1, "\(moved)")
  }

  @Test func `too few iterations are not convergence`() throws {
    let fit = try Self.learner(["kind": "logistic", "penalty": 0, "iterations": 2]).fit(Self.data(Self.features, LearnerFigures.binary))
    #expect(fit.certificate?.converged == false && fit.certificate?.iterations == 2)
  }

  // MARK: Metrics of probabilities

  @Test func `metrics of probabilities are scikit-learn's`() throws {
    let p = LearnerFigures.probabilities, y = LearnerFigures.binary
    let unit = Array(repeating: 1.0, count: p.count)
    expectClose(LogLoss.sum(p.span, y.span) / Double(p.count), LearnerFigures.metrics[0].logLoss)
    for (weights, figures) in zip([unit, LearnerFigures.weights], LearnerFigures.metrics) {
      let pairs = ScoredPairs(probabilities: p, outcomes: y, weights: weights)
      expectClose(try #require(pairs.areaUnderCurve), figures.auc)
      expectClose(try #require(pairs.calibrationError(bins: 7)), figures.calibrationError)
    }
    #expect(ScoredPairs(probabilities: [0.2, 0.3], outcomes: [1, 1], weights: [1, 1]).areaUnderCurve == nil)
    #expect(ScoredPairs(probabilities: [0.5, 0.5, 0.5], outcomes: [1, 0, 1], weights: [1, 1, 1]).areaUnderCurve == 0.5)
    // Scores served instead of probabilities are in the bins at the ends.
    #expect(ScoredPairs(probabilities: [-3, 4], outcomes: [0, 1], weights: [1, 1]).calibrationError(bins: 10) == 3)
    #expect(ScoredPairs(probabilities: [], outcomes: [], weights: []).calibrationError(bins: 10) == nil)
  }

  /// 52·ln 2 = 36.04.
  @Test func `a certainty that is wrong costs 52 bits`() {
    for (p, y) in [(0.0, 1.0), (1, 0), (-5, 1), (7, 0)] { expectClose(LogLoss.sum([p].span, [y].span), 52 * Elementary.log(2.0)) }
    for (p, y) in [(1.0, 1.0), (0, 0), (7, 1)] { expectClose(LogLoss.sum([p].span, [y].span), 0x1p-52, relative: 1e-12) }
    #expect(LogLoss.sum([Double.nan].span, [1.0].span).isNaN)
  }
}
