import SkewlabEngine
import Testing

@Suite struct PatchTests {
  static let document: ScenarioDocument = [
    "rows": 10, "learner": "ols",
    "feedback": [["kind": "anchoring", "id": "a", "usage": 0.1], ["kind": "label-follows-prediction", "strength": 0.2]],
  ]

  func set(_ path: String, _ value: DocumentNode) throws -> DocumentNode {
    try Patch([.set(#require(DocumentPath(parsing: path)), value)]).applied(to: Self.document).root
  }

  @Test func `a value is replaced by index, id, or kind`() throws {
    for path in ["feedback.0.usage", "feedback.a.usage", "feedback.anchoring.usage"] {
      #expect(try set(path, 0.9)["feedback"]?.items?[0]["usage"] == 0.9)
    }
  }

  @Test func `a bare kind is opened to a map`() throws {
    #expect(try set("learner.intercept", false)["learner"] == ["kind": "ols", "intercept": false])
  }

  @Test func `a top-level section may be created and a deeper one may not`() throws {
    #expect(try set("evaluation.share", 0)["evaluation"] == ["share": 0])
    #expect(throws: ScenarioError.self) { try set("feedback.0.nothing.here", 1) }
    #expect(throws: ScenarioError.self) { try set("feedback.7.usage", 1) }
  }

  @Test func `items are added and removed`() throws {
    let patch = Patch([
      .add(DocumentPath(["feedback"]), ["x"]), .add(DocumentPath(["monitors"]), ["m"]), .remove(DocumentPath(["feedback", "a"])),
    ])
    let root = try patch.applied(to: Self.document).root
    #expect(root["feedback"]?.items?.count == 2)
    #expect(root["feedback"]?.items?[1] == "x")
    #expect(root["monitors"] == ["m"])
    #expect(throws: ScenarioError.self) { try Patch([.remove(DocumentPath(["nothing"]))]).applied(to: Self.document) }
  }
}
