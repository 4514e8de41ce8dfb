import OrderedCollections
import SkewlabComponents
import SkewlabEngine
import SkewlabNumerics
import Testing

/// `strategic-features` against its definition, x′ = x − ε·r·B(θ̂).
@Suite struct StrategicFeaturesTests {
  /// The rows of cycle 1 before and after the response, and the deployed weights.
  static func moved(
    _ response: DocumentNode, world: DocumentNode = ["kind": "gaussian", "features": 3, "coefficients": [1, -0.5, 0.25]]
  ) throws -> (before: Rows, after: Rows, weights: [Double], form: AffineFeatureResponse?) {
    var node: DocumentNode = ["kind": "strategic-features"]
    for (key, value) in response.entries ?? [:] { node[key] = value }
    let scenario = try scenario(("world", world), ("feedback", [node]))
    var simulation = Simulation(scenario)
    _ = simulation.step()
    let model = try #require(simulation.model), weights = try #require(model.rawPredictor?.weights)
    var rows = Rows(schema: scenario.world.component.schema, capacity: 100, hasIdentities: false)
    scenario.world.component.draw(
      0..<100, at: RandomStream.Position(replicate: 0, cycle: 1), conditions: WorldConditions(features: rows.schema.count), into: &rows)
    let before = rows, component = scenario.responses[0].component
    component.respond(features: &rows, deployed: model)
    return (before, rows, weights, component.affineFeatureForm)
  }

  /// Every row moves by `expected`, to the rounding of one addition to a number below 8.
  func expectMove(
    _ result: (before: Rows, after: Rows, weights: [Double], form: AffineFeatureResponse?), _ expected: ([Double]) -> [Double]
  ) {
    let move = expected(result.weights)
    for i in 0..<100 {
      for j in move.indices { #expect(abs(result.after.features[i, j] - result.before.features[i, j] - move[j]) < 4 * 0x1p-50) }
    }
    // The affine form says the same, to the rounding of a product of a few numbers below 2.
    for (said, done) in zip(result.form?.gain.times(result.weights) ?? [], move) { #expect(abs(said - done) < 0x1p-50) }
    #expect(result.form != nil)
    #expect(result.after.outcomes == result.before.outcomes, "the move games the model; outcomes stay")
  }

  @Test func `features move against the weights`() throws {
    try expectMove(Self.moved(["strength": 0.8])) { $0.map { -0.8 * $0 } }
  }

  @Test func `chosen features move, by a matrix whose rows are the features that move`() throws {
    try expectMove(Self.moved(["strength": 0.8, "features": ["x3", "x1"], "sensitivity": [[0, 2], [0, 0]]])) {
      [0, 0, -0.8 * 2 * $0[0]]
    }
  }

  @Test func `a weight that nobody knows moves nothing`() throws {
    try expectMove(Self.moved(["strength": 0.5, "sensitivity": [[1, 0.5, 0.25], [0, 1, 0], [3, 0, 1]], "known": ["x1"]])) {
      [-0.5 * $0[0], 0, -0.5 * 3 * $0[0]]
    }
  }

  @Test func `a share of rows moves, the others stay`() throws {
    let result = try Self.moved(["strength": 2, "exposed": 0.3])
    let movers = (0..<100).filter { result.after.features[$0, 0] != result.before.features[$0, 0] }.count
    // Binomial(100, 0.3): 4 standard deviations are 18.3.
    #expect(abs(movers - 30) < 19)
    #expect(result.form == nil, "rows do not move alike")
  }

  @Test func `groups move by their responsiveness`() throws {
    let result = try Self.moved(["strength": 2, "responsiveness": [1, 0.25]], world: ["kind": "mixture", "features": 2])
    for i in 0..<100 {
      let factor = [1, 0.25][result.before.groups[i]]
      for j in 0..<2 {
        #expect(
          abs(result.after.features[i, j] - result.before.features[i, j] + 2 * factor * result.weights[j]) < 4 * 0x1p-49,
          "rounding of numbers below 16")
      }
    }
    #expect(result.form == nil)
  }

  @Test func `noise of knowledge is each row's own`() throws {
    let sure = try Self.moved(["strength": 0.5]), unsure = try Self.moved(["strength": 0.5, "knowledge-noise": 0.4])
    let errors = (0..<100).map { unsure.after.features[$0, 1] - sure.after.features[$0, 1] }
    #expect(Set(errors).count == 100)
    // Standard deviation ε·s = 0.2; of 100 rows its estimate has a relative standard error of 0.071, times 4.
    let spread = (errors.reduce(0) { $0 + $1 * $1 } / 100).squareRoot()
    #expect(abs(spread / 0.2 - 1) < 0.29)
    #expect(unsure.form == nil)
  }
}
