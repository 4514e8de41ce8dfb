import SkewlabComponents
import SkewlabEngine
import SkewlabNumerics
import Testing

@Suite struct ConstantFeatureTests {
  /// 300 times 0.1 is not 30 in doubles, so that a mean taken as sum over count is not 0.1.
  @Test func `a constant feature is standardised to zero`() throws {
    let document: ScenarioDocument = ["world": ["kind": "gaussian", "features": 1], "pipeline": [["kind": "standardize"]]]
    let scenario = try Scenario(document, catalog: .standard)
    let features = Matrix(rows: 300, columns: 1, repeating: 0.1)
    let fitted = scenario.pipeline.fit(features, weights: Array(repeating: 1, count: 300))
    var buffers = fitted.makeBuffers(capacity: 300)
    let encoded = fitted.encode(features, rows: 300, buffers: &buffers)
    #expect(encoded.elements.allSatisfy { $0 == 0 })
    #expect(fitted.state == [FittedValue("x1", "mean", 0.1), FittedValue("x1", "sd", 0)])
  }
}
