import SkewlabComponents
import SkewlabEngine
import SkewlabNumerics
import Testing

/// Draws and twins that have to be the same bits: common random numbers, which every paired comparison rests on.
@Suite struct CommonNumbersTests {
  static func world(features: Int, coefficients: [Double], covariance: DocumentNode) throws -> any World {
    let document: ScenarioDocument = [
      "seed": 801, "rows": 3000, "cycles": 2,
      "world": [
        "kind": "gaussian", "features": .integer(features), "covariance": covariance, "coefficients": .numbers(coefficients), "mean": 0.3,
        "noise": 1.3,
      ],
    ]
    return try Scenario(document, catalog: .standard).world.component
  }

  static func draw(_ world: any World, _ range: Range<Int> = 0..<3000, replicate: Int = 3, cycle: Int = 7) -> Rows {
    var rows = Rows(schema: world.schema, capacity: range.count, hasIdentities: false)
    world.draw(
      range, at: RandomStream.Position(replicate: replicate, cycle: cycle), conditions: WorldConditions(features: world.schema.count),
      into: &rows)
    return rows
  }

  @Test(arguments: ["identity", ["autoregressive": 0.5], ["equicorrelated": 0.3]] as [DocumentNode])
  func `one more feature changes no draw of the others`(_ covariance: DocumentNode) throws {
    // With β = 0 the outcome is the noise itself, bit for bit.
    let three = Self.draw(try Self.world(features: 3, coefficients: [0, 0, 0], covariance: covariance))
    let four = Self.draw(try Self.world(features: 4, coefficients: [0, 0, 0, 0], covariance: covariance))
    for j in 0..<3 { #expect(three.features.column(j) == four.features.column(j), "x\(j + 1)") }
    #expect(three.outcomes == four.outcomes)
    #expect(Set(four.features.column(3)).count == 3000)
  }

  @Test func `rows are the same in any chunk, and more rows extend the old ones`() throws {
    let world = try Self.world(features: 3, coefficients: [1, -0.5, 0.25], covariance: ["autoregressive": 0.5])
    let whole = Self.draw(world), part = Self.draw(world, 1024..<1500)
    for j in 0..<3 { #expect(Array(whole.features.column(j)[1024..<1500]) == part.features.column(j)) }
    #expect(Array(whole.outcomes[1024..<1500]) == part.outcomes)
  }

  @Test func `replicates and cycles draw rows of their own`() throws {
    let world = try Self.world(features: 3, coefficients: [1, -0.5, 0.25], covariance: "identity")
    let rows = Self.draw(world)
    for other in [Self.draw(world, replicate: 4), Self.draw(world, cycle: 8)] {
      for j in 0..<3 { #expect(Set(rows.features.column(j)).isDisjoint(with: other.features.column(j))) }
    }
  }

  static let responses: [DocumentNode] = [
    [["kind": "label-follows-prediction", "strength": 0.5]],
    [["kind": "label-follows-prediction", "form": "pull", "strength": 0.5, "exposed": 0.5]],
    [["kind": "anchoring", "usage": 0.5]], [["kind": "location-family", "sensitivity": 0.5]],
    [["kind": "label-follows-prediction", "strength": 0.5], ["kind": "anchoring", "usage": 0.5]],
  ]

  static func records(feedback: DocumentNode, retraining: DocumentNode, evaluationShare: Double = 0.2) throws -> [CycleRecord] {
    var document = scenario(
      seed: 802, cycles: 6, rows: 2500, world: Population(features: 3, correlation: 0.5).world(coefficients: coefficients(3)),
      feedback: feedback,
      evaluationShare: evaluationShare)
    document.root["retraining"] = retraining
    var simulation = Simulation(try Scenario(document, catalog: .standard), replicate: 2)
    return simulation.run()
  }

  @Test(arguments: responses) func `the twin of a scenario with a response is that of the scenario without`(_ feedback: DocumentNode) throws
  {
    // Retrained, the models differ but the twin's rows do not: the loss of the best predictor is that of the rows alone.
    let with = try Self.records(feedback: feedback, retraining: ["every": 1]),
      without = try Self.records(feedback: [], retraining: ["every": 1])
    #expect(with.map { $0["best_loss"] } == without.map { $0["best_loss"] })
    #expect(with[0].fitted == without[0].fitted && with[1].fitted != without[1].fitted)
    #expect(with[6]["untouched_loss"] != without[6]["untouched_loss"])
    // With the model of cycle 0 for good, everything untouched is the same bits, while what is served differs.
    let withNever = try Self.records(feedback: feedback, retraining: "never"),
      withoutNever = try Self.records(feedback: [], retraining: "never")
    for column in ["untouched_loss", "untouched_rmse", "untouched_r2", "best_loss", "excess_loss", "offline_loss"] {
      #expect(withNever.map { $0[column] } == withoutNever.map { $0[column] }, "\(column)")
    }
    #expect(withNever[1]["served_loss"] != withoutNever[1]["served_loss"])
  }

  @Test func `without a response the rows served are the twin`() throws {
    for record in try Self.records(feedback: [], retraining: ["every": 1]) {
      #expect(record["served_loss"] == record["untouched_loss"] && record["served_excess"] == record["excess_loss"])
    }
  }
}
