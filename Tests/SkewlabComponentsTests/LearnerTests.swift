import SkewlabComponents
import SkewlabEngine
import SkewlabNumerics
import Testing

@Suite struct LearnerTests {
  static let features = Matrix([[1, 2, 0.5], [2, 1, -1], [3, 5, 2], [4, 3, 0], [5, 9, 1.5], [6, 4, -2.5]])
  static let outcomes = [1.0, 3, 2, 5, 4, 8]

  func fit(_ learner: DocumentNode, _ features: Matrix = features) throws -> LinearFit {
    var moments = Moments(dimension: features.columns + 1)
    moments.add(Matrix(rows: 6, columns: features.columns + 1, elements: features.elements + Self.outcomes), rows: 0..<6)
    return try scenario(("learner", learner)).learner.component
      .fit(TrainingData(moments: moments, features: (0..<features.columns).map { "x\($0)" }))
  }

  /// Condition number about 10²: a few hundred units in the last place.
  static let solved = 1e-13

  @Test(arguments: [
    (0.0, [1.3321074334113445, -0.28095397303020114, -0.35439652290204016], 0.32430625208960207),
    (0.1, [1.1502313919303253, -0.16608265892796048, -0.4922388102965224], 0.5128739981470809),
    (2.0, [0.6024987875790476, 0.03262732820835389, -0.46405231896514454], 1.6327492905536802),
  ])
  func `ridge minimises the mean loss with a penalty per row, the intercept free`(penalty: Double, weights: [Double], intercept: Double)
    throws
  {
    let fit = try fit(["kind": "ridge", "penalty": .number(penalty)])
    for (weight, expected) in zip(fit.predictor.weights, weights) { expectClose(weight, expected, relative: Self.solved) }
    expectClose(fit.predictor.intercept, intercept, relative: Self.solved)
    #expect(fit.deficientRank == nil)
  }

  @Test func `ridge without intercept uses moments about zero`() throws {
    let fit = try fit(["kind": "ridge", "penalty": 0.1, "intercept": false])
    let expected = [1.2936405025012632, -0.18769632693683422, -0.42405422152257494]
    for (weight, figure) in zip(fit.predictor.weights, expected) { expectClose(weight, figure, relative: Self.solved) }
    #expect(fit.predictor.intercept == 0)
  }

  @Test func `copies and a constant column give the minimum-norm solution, and the fit says so`() throws {
    let x = Self.features.column(0), z = Self.features.column(2)
    let design = Matrix(rows: 6, columns: 4, elements: x + x.map { 2 * $0 } + z + Array(repeating: 1, count: 6))
    let fit = try fit("ols", design)
    let expected = [0.1955904907975462, 0.3911809815950923, -0.7128067484662576, 0]
    for (weight, figure) in zip(fit.predictor.weights, expected) { #expect(abs(weight - figure) < Self.solved) }
    #expect(fit.deficientRank == 2)
  }

  @Test func `constant predicts the mean`() throws {
    let fit = try fit("constant")
    expectClose(fit.predictor.intercept, 23.0 / 6)
    #expect(fit.predictor.weights == [0, 0, 0])
  }

  @Test func `no rows and values that are not finite are told`() throws {
    let learner = try scenario(("learner", "ols")).learner.component
    #expect(throws: FitError.noRows) { try learner.fit(TrainingData(moments: Moments(dimension: 2), features: ["a"])) }
    var moments = Moments(dimension: 2)
    moments.add(Matrix([[1e308, 1], [-1e308, 2], [1e308, 3]]), rows: 0..<3)
    #expect(throws: FitError.notFinite(feature: "a")) { try learner.fit(TrainingData(moments: moments, features: ["a"])) }
  }
}
