import SkewlabComponents
import SkewlabEngine
import SkewlabNumerics
import Testing

/// Figures of Tests/Reference/least_squares_figures.py (NumPy 2.4.6, statsmodels 0.15.0), on the rows of `LearnerTests`.
@Suite struct WeightedLearnerTests {
  /// statsmodels solves by a pseudoinverse of the weighted design, whose condition is below 10²: agreement to far more than the 1e-10 asked for.
  static let solved = 1e-12

  /// The data of a fit as the engine makes it: with the weights that the learner's forgetting gives.
  func fit(_ learner: DocumentNode) throws -> LinearPredictor {
    let names: DocumentNode = ["kind": "gaussian", "features": ["x1", "x2", "x3"]]
    let learner = try scenario(("world", names), ("learner", learner)).learner.component
    let features = LearnerTests.features, count = features.rows
    let rows = Matrix(rows: count, columns: 4, elements: features.elements + LearnerTests.outcomes)
    var weights = Array(repeating: 1.0, count: count)
    for i in weights.indices { for _ in (i + 1)..<max(count, i + 1) { weights[i] *= learner.forgetting } }
    var moments = Moments(dimension: 4)
    moments.add(rows, rows: 0..<count, weights: weights.span)
    return try learner.fit(TrainingData(moments: moments, rows: rows, weights: weights, features: ["x1", "x2", "x3"])).predictor
  }

  func expect(_ learner: DocumentNode, _ figures: [Double], _ what: Comment) throws {
    let predictor = try fit(learner)
    for (value, figure) in zip([predictor.intercept] + predictor.weights, figures) {
      expectClose(value, figure, relative: Self.solved, what)
    }
    var without = learner
    without["intercept"] = false
    #expect(try fit(without).intercept == 0)
  }

  @Test func `weights by recency are those of statsmodels`() throws {
    try expect(
      ["kind": "weighted", "half-life": 2], [0.2884098221123361, 1.3581426924167468, -0.29557939097904784, -0.31523597220762545],
      "half-life 2")
    let without = try fit(["kind": "weighted", "half-life": 2, "intercept": false])
    for (value, figure) in zip(without.weights, [1.4612740877821957, -0.33117241475245507, -0.24476151195915374]) {
      expectClose(value, figure, relative: Self.solved)
    }
  }

  @Test(arguments: [
    ("x2", "weight", [0.31751462688609844, 1.2938310466349605, -0.2469497382557222, -0.4013549115543844]),
    ("x1", "variance", [0.3715977519068656, 1.297812123645122, -0.2621236451224409, -0.3853472501003621]),
    ("x2", "deviation", [0.3150824528637832, 1.3885759312646555, -0.32654970848849674, -0.2544086616231467]),
  ])
  func `weights by a feature are those of statsmodels`(feature: String, meaning: String, figures: [Double]) throws {
    try expect(
      ["kind": "weighted", "by": "feature", "feature": .string(feature), "as": .string(meaning)], figures, "\(feature) as \(meaning)")
  }

  @Test func `weights that are all 0 are told`() throws {
    let table = try TableFile("x,weight,y\n1,0,2\n2,0,3\n3,0,5\n")
    var simulation = Simulation(
      try table.scenario([:], ("rows", 20), ("learner", ["kind": "weighted", "by": "feature", "feature": "weight"])))
    _ = simulation.step()
    #expect(simulation.ending == .learnerFailed(cycle: 0, reason: .badWeight(feature: "weight")))
  }

  @Test func `a negative weight is told`() throws {
    #expect(throws: FitError.badWeight(feature: "x3")) { try fit(["kind": "weighted", "by": "feature", "feature": "x3"]) }
  }

  @Test(arguments: [
    (1.0, 1000.0, [0.32439857292760843, 1.331776371079995, -0.2806945465124574, -0.3547010250385772]),
    (0.9, 10.0, [0.3223572471618168, 1.3178759033556773, -0.26870160003128507, -0.3629518710541083]),
    (0.5, 1.0, [0.2862643048473693, 1.3533513922045088, -0.2903219497880677, -0.309079670236894]),
  ])
  func `the recursion is that of NumPy`(forgetting: Double, covariance: Double, figures: [Double]) throws {
    try expect(
      ["kind": "recursive-least-squares", "forgetting": .number(forgetting), "initial-covariance": .number(covariance)], figures,
      "λ = \(forgetting), δ = \(covariance)")
  }

  @Test(arguments: [
    (1.0, 1000.0, [1.4444625897198053, -0.3130714615570529, -0.28653534287108195]),
    (0.9, 10.0, [1.428400261556384, -0.3017688657262533, -0.2937497466182808]),
    (0.5, 1.0, [1.4516279328379404, -0.323650350448474, -0.24223587666602528]),
  ])
  func `the recursion without intercept is that of NumPy`(forgetting: Double, covariance: Double, figures: [Double]) throws {
    let predictor = try fit([
      "kind": "recursive-least-squares", "forgetting": .number(forgetting), "initial-covariance": .number(covariance), "intercept": false,
    ])
    for (value, figure) in zip(predictor.weights, figures) { expectClose(value, figure, relative: Self.solved) }
  }
}
