import Foundation
import Testing

/// What `explain` says of groups that stay or leave, in the words of the scenario `participation`.
@Suite struct ExplainParticipationTests {
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// By arm, its lines.
  static func arms(_ arguments: [String] = []) throws -> [String: String] {
    let run = try CommandLineRun(["explain", "scenarios/participation.yaml"] + arguments, in: root)
    #expect(run.status == 0, "\(run.error)")
    var arms: [String: String] = [:]
    for part in run.output.components(separatedBy: "\narm '").dropFirst() {
      let name = part.prefix { $0 != "'" }
      arms[String(name)] = String(part)
    }
    return arms
  }

  @Test func `it says where shares settle, whether the balance is kept, and who leaves`() throws {
    let arms = try Self.arms()
    let near = try #require(arms["near"]), far = try #require(arms["far"]), kept = try #require(arms["far-originals"])
    #expect(near.contains("settles: errors are multiplied by 0.9598 from fit to fit"))
    #expect(near.contains("start at first 55 %, second 45 %; without chance they settle at first 50 %, second 50 %"))
    #expect(near.contains("kept, since 0.953 is below 1"))
    #expect(!near.contains("leaves"))
    #expect(far.contains("settle at first 78 %, second 22 %"))
    #expect(
      far.contains(
        "even balance  at first 50 %, second 50 %, unstable: what is a little larger grows by 1.041 from fit to fit, since 1.06 is above 1")
    )
    #expect(far.contains("note: second leaves: in the end it is served a loss of 10.1, and first one of 1.00"))
    #expect(kept.contains("settle at first 57 %, second 43 %") && !kept.contains("unstable") && !kept.contains("leaves"))
  }

  @Test func `a start in a balance that is unstable diverges from it`() throws {
    let arms = try Self.arms(["--set", "world.groups.0.share=0.5", "--set", "world.groups.1.share=0.5"])
    let near = try #require(arms["near"]), far = try #require(arms["far"])
    #expect(near.contains("settles") && near.contains("are in balance there"))
    #expect(far.contains("diverges from the balance it starts in: errors are multiplied by 1.041 from fit to fit"))
    #expect(far.contains("once the first is a little larger, they settle at first 78 %, second 22 %"))
    #expect(far.contains("the one that becomes a little larger draws the model to itself, and the other leaves"))
    #expect(!far.contains("it does not lead astray"))
  }
}
