import SkewlabComponents
import SkewlabEngine
import SkewlabNumerics
import Testing

/// Without a discrepancy both sides are one: the same features and scores to the last bit, and no skew of the pipelines' own.
@Suite struct AgreeingSidesTests {
  static let worlds: [DocumentNode] = [
    ["kind": "gaussian", "features": 3, "mean": 9, "covariance": ["equicorrelated": 0.4]],
    ["kind": "autoregressive", "features": 2, "autocorrelation": 0.8, "mean": 9],
    ["kind": "categorical"],
    ["kind": "mixture"],
  ]
  static let pipelines: [DocumentNode] = [
    [], ["standardize"], ["min-max", "robust-scale"],
    [["kind": "clip", "by": "values", "low": -0.5], "log1p"],
    [["kind": "bin", "as": "category"], "one-hot", "standardize"], ["one-hot", ["kind": "cast", "to": "float16"], ["kind": "polynomial"]],
    [["kind": "hash", "buckets": 4], "standardize"], ["ordinal", ["kind": "interaction"], "standardize"],
  ]
  static let cases = worlds.flatMap { world in pipelines.map { (world, $0) } }

  private static func simulation(_ world: DocumentNode, _ pipeline: DocumentNode, _ discrepancies: DocumentNode) throws -> Simulation? {
    let document: ScenarioDocument = [
      "cycles": 3, "rows": 1500, "world": world, "pipeline": pipeline, "metrics": ["loss", "parity"], "discrepancies": discrepancies,
      "feedback": [["kind": "label-follows-prediction", "form": "additive", "strength": 0.3]],
      "learner": ["kind": "ridge", "penalty": 0.01],
    ]
    // A pipeline that does not suit the world is another pair of the list.
    return (try? Scenario(document, catalog: .standard)).map { Simulation($0) }
  }

  @Test(arguments: 0..<cases.count) func `both sides give the same features and scores`(index: Int) throws {
    let (world, pipeline) = Self.cases[index]
    // One that begins after the last cycle: the sides are fitted as where they differ, and never do.
    for discrepancies: DocumentNode in [[], [["kind": "truncate", "features": ["x1"], "from": 9]]] {
      guard var simulation = try Self.simulation(world, pipeline, discrepancies) else { continue }
      while let record = simulation.step() {
        guard record.cycle > 0 else { continue }
        #expect(record["differing_share"] == 0 && record["largest_difference"] == 0 && record["pipeline_skew"] == 0)
        let model = try #require(simulation.model)
        let serving = model.servingPipeline([]), training = model.trainingPipeline
        #expect(serving.state == training.state)
        let rows = 300
        var raw = Rows(schema: simulation.scenario.world.component.schema, capacity: rows, hasIdentities: false)
        simulation.scenario.drawRaw(0..<rows, at: .init(replicate: 0, cycle: record.cycle), into: &raw)
        var first = serving.makeBuffers(capacity: rows), second = training.makeBuffers(capacity: rows)
        let a = serving.encode(raw.features, rows: rows, buffers: &first), b = training.encode(raw.features, rows: rows, buffers: &second)
        let same = zip(a.elements, b.elements).allSatisfy { $0.bitPattern == $1.bitPattern }
        #expect(same && a.rows == b.rows && a.columns == b.columns)
      }
      #expect(simulation.ending == .completed)
    }
  }

  @Test func `most pairs of the list suit each other`() throws {
    let suitable = try Self.cases.count { try Self.simulation($0.0, $0.1, []) != nil }
    #expect(suitable >= 20, "\(suitable)")
  }
}
