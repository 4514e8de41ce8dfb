import Foundation
import SkewlabComponents
import SkewlabEngine
import SkewlabExperiments
import SkewlabScenarios
import Testing

/// Whole messages: place, path, value, what is allowed, the next step.
@Suite struct MessageTests {
  /// Malformed/scenarios.txt: a scenario, then the message, again and again.
  static let cases: [(yaml: String, message: String)] = {
    let url = Bundle.module.resourceURL?.appendingPathComponent("Malformed/scenarios.txt")
    guard let text = url.flatMap({ try? String(contentsOf: $0, encoding: .utf8) }) else { return [] }
    return text.components(separatedBy: "=== scenario\n").dropFirst().compactMap { block in
      let parts = block.components(separatedBy: "\n=== message\n")
      return parts.count == 2 ? (parts[0], parts[1].trimmingCharacters(in: .newlines)) : nil
    }
  }()

  @Test func `there are cases`() { #expect(Self.cases.count >= 34) }

  @Test(arguments: cases.indices)
  func `the message is whole`(index: Int) {
    let (yaml, message) = Self.cases[index]
    let error = #expect(throws: ScenarioError.self) { try Experiment(YAMLReader.document(yaml, file: "s.yaml")) }
    #expect(error?.description == message)
  }

  @Test func `every problem of a document is told at once`() {
    let yaml = "world: {kind: gaussian}\nlearner: {kind: ridge, penalty: -2}\nfeedback: [{kind: anchoring, usage: 2}]"
    let error = #expect(throws: ScenarioError.self) { try Experiment(YAMLReader.document(yaml, file: "s.yaml")) }
    #expect(error?.problems.map(\.path.description) == ["feedback.0.usage", "learner.penalty"])
  }
}
