import SkewlabComponents
import SkewlabEngine
import SkewlabNumerics
import Testing

/// The offset of the intercept in cycles 0…, under a shift of size 1 with this profile.
func profileValues(_ profile: DocumentNode, cycles: Range<Int>, replicate: Int = 0, last: Int = 10) throws -> [Double] {
  let shifted = try scenario(
    ("cycles", .integer(last)), ("shifts", [["kind": "intercept", "change": 1, "profile": profile]]))
  return cycles.map { cycle in
    var conditions = WorldConditions(features: 5)
    shifted.shifts[0].component.apply(to: &conditions, at: .init(replicate: replicate, cycle: cycle))
    return conditions.interceptOffset
  }
}

@Suite struct ProfileTests {
  @Test(
    arguments: [
      ("step", [0, 1, 1, 1, 1, 1, 1, 1, 1]), (["kind": "step", "from": 3], [0, 0, 0, 1, 1, 1, 1, 1, 1]),
      (["kind": "step", "from": 0], [1, 1, 1, 1, 1, 1, 1, 1, 1]),
      ("ramp", [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8]),
      (["kind": "ramp", "from": 2, "to": 6], [0, 0, 0, 0.25, 0.5, 0.75, 1, 1, 1]),
      ("pulse", [0, 1, 0, 0, 0, 0, 0, 0, 0]), (["kind": "pulse", "from": 3, "length": 2], [0, 0, 0, 1, 1, 0, 0, 0, 0]),
      (["kind": "recurring", "from": 2, "period": 3, "length": 1], [0, 0, 1, 0, 0, 1, 0, 0, 1]),
      (["kind": "recurring", "period": 5, "from": 0], [1, 1, 0, 0, 0, 1, 1, 0, 0]),
      ("recurring", [0, 1, 1, 1, 1, 1, 1, 0, 0]),
    ] as [(DocumentNode, [Double])])
  func `a profile has the values its definition says`(_ profile: DocumentNode, _ expected: [Double]) throws {
    #expect(try profileValues(profile, cycles: 0..<9) == expected)
  }

  @Test func `a sine goes up, down, and back, also with a period that is no whole number`() throws {
    let half = 0.5, root = 0.75.squareRoot()  // sines of 30° and 60°
    let year = [0, half, root, 1, root, half, 0, -half, -root, -1, -root, -half, 0, half]
    for (value, expected) in zip(try profileValues("sine", cycles: 0..<14, last: 20), year) { #expect(abs(value - expected) < 1e-15) }
    let later = try profileValues(["kind": "sine", "from": 2, "period": 1.6], cycles: 0..<9)
    // Turns 0, 5/8, 10/8, 15/8, … of a circle from cycle 2 on.
    let eighth = 0.5.squareRoot()
    for (value, expected) in zip(later, [0, 0, 0, -eighth, 1, -eighth, 0, eighth, -1]) { #expect(abs(value - expected) < 1e-15) }
  }

  @Test func `a random walk adds one number a cycle, whatever was asked before`() throws {
    let profile: DocumentNode = ["kind": "random-walk", "from": 2]
    let forward = try profileValues(profile, cycles: 0..<200),
      alone = try (0..<200).map { try profileValues(profile, cycles: $0..<$0 + 1)[0] }
    #expect(forward == alone)
    #expect(Array(forward[0...2]) == [0, 0, 0])
    let steps = (3..<200).map { forward[$0] - forward[$0 - 1] }
    #expect(Set(steps).count == steps.count)
    #expect(try profileValues(profile, cycles: 0..<200, last: 500) == forward, "more cycles extend the walk")
    #expect(try profileValues(profile, cycles: 0..<200, replicate: 1) != forward)
  }

  @Test func `two walks are two by their ids`() throws {
    let shifted = try scenario(
      (
        "shifts",
        [
          ["kind": "intercept", "id": "a", "change": 1, "profile": "random-walk"],
          ["kind": "intercept", "id": "b", "change": 1, "profile": "random-walk"],
        ]
      ))
    let offsets = shifted.shifts.map { shift in
      var conditions = WorldConditions(features: 5)
      shift.component.apply(to: &conditions, at: .init(replicate: 0, cycle: 2))
      return conditions.interceptOffset
    }
    #expect(offsets[0] != offsets[1])
  }
}
