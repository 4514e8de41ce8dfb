import SkewlabComponents
import SkewlabEngine
import SkewlabNumerics
import Testing

/// What a shift does to the rows that would have been drawn without it: the random numbers are the same, so that it can be said row by row.
@Suite struct ShiftTests {
  static let worlds: [String: DocumentNode] = [
    "gaussian": [
      "kind": "gaussian", "features": 3, "mean": [1, -2, 0.5], "covariance": ["explicit": [[4, 1, 0], [1, 2, 0.5], [0, 0.5, 1]]],
      "coefficients": [1, -0.5, 0.25], "intercept": 0.3, "noise": 0.7,
    ],
    "autoregressive": [
      "kind": "autoregressive", "features": 3, "mean": [1, -2, 0.5], "covariance": ["explicit": [[4, 1, 0], [1, 2, 0.5], [0, 0.5, 1]]],
      "coefficients": [1, -0.5, 0.25], "intercept": 0.3, "noise": 0.7,
    ],
    "mixture": [
      "kind": "mixture", "features": 3, "noise": 0.7,
      "groups": [
        ["name": "a", "share": 0.6, "mean": [1, -2, 0.5], "coefficients": [1, -0.5, 0.25]],
        [
          "name": "b", "share": 0.4, "mean": [3, 0, 0], "covariance": ["scaled": [6.25, 1, 2]], "coefficients": [0.5, 1, -1],
          "intercept": 2,
        ],
      ],
    ],
  ]

  /// Rows of cycle 3 of a world, untouched and under shifts.
  static func rows(_ world: String, _ shifts: DocumentNode, count: Int = 500) throws -> (before: Rows, after: Rows) {
    let node = try #require(worlds[world])
    let shifted = try scenario(("world", node), ("cycles", 5), ("rows", .integer(count)), ("shifts", shifts))
    return (draw(shifted, 0..<count, cycle: 3), drawShifted(shifted, 0..<count, cycle: 3))
  }

  /// Rounding: sums of a handful of numbers of size 10.
  static let rounding = 1e-13

  static func expectClose(_ a: [Double], _ b: [Double], _ what: Comment) {
    #expect(a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) <= rounding }, what)
  }

  static func slopes(_ world: String, _ rows: Rows, _ i: Int) -> [Double] {
    world == "mixture" ? [[1, -0.5, 0.25], [0.5, 1, -1]][rows.groups[i]] : [1, -0.5, 0.25]
  }

  @Test(arguments: ["gaussian", "autoregressive", "mixture"])
  func `a mean moves by standard deviations, or by units, and outcomes follow`(_ world: String) throws {
    // In the mixture the first feature has variance 0.6 + 0.4·6.25 + 0.24·(3 − 1)² = 4.06.
    let sd = world == "mixture" ? 4.06.squareRoot() : 2
    for (shift, by) in [
      (["kind": "mean", "feature": "x1", "change": 0.5], 0.5 * sd),
      (["kind": "mean", "features": ["x1"], "change": -3, "unit": "raw"], -3),
    ] as [(DocumentNode, Double)] {
      let (before, after) = try Self.rows(world, [shift])
      Self.expectClose(after.features.column(0), before.features.column(0).map { $0 + by }, "x1")
      #expect(after.features.column(1) == before.features.column(1) && after.features.column(2) == before.features.column(2))
      Self.expectClose(
        after.outcomes, (0..<500).map { before.outcomes[$0] + Self.slopes(world, before, $0)[0] * by }, "outcomes")
    }
  }

  @Test(arguments: ["gaussian", "autoregressive", "mixture"])
  func `a scale stretches about the population's mean`(_ world: String) throws {
    let mean = world == "mixture" ? [0.6 * 1 + 0.4 * 3, 0.6 * -2] : [1, -2]
    let (before, after) = try Self.rows(world, [["kind": "scale", "features": ["x1", "x2"], "change": 0.5]])
    for j in 0..<2 {
      Self.expectClose(after.features.column(j), before.features.column(j).map { mean[j] + 1.5 * ($0 - mean[j]) }, "x\(j + 1)")
    }
    #expect(after.features.column(2) == before.features.column(2))
  }

  @Test(arguments: ["gaussian", "autoregressive", "mixture"])
  func `a coefficient changes, and rows do not`(_ world: String) throws {
    let sd = world == "mixture" ? 4.06.squareRoot() : 2
    for (unit, change) in [("relative", -0.2), ("raw", 0.3), ("per-sd", 0.3)] {
      let (before, after) = try Self.rows(
        world, [["kind": "coefficient", "feature": "x1", "change": .number(change), "unit": .string(unit)]])
      #expect(before.features == after.features)
      let expected = (0..<500).map { i in
        let slope = Self.slopes(world, before, i)[0]
        let added = unit == "relative" ? change * slope : unit == "raw" ? change : change / sd
        return before.outcomes[i] + added * before.features[i, 0]
      }
      Self.expectClose(after.outcomes, expected, "outcomes, \(unit)")
    }
  }

  @Test(arguments: ["gaussian", "autoregressive", "mixture"])
  func `an intercept moves every outcome, noise moves errors`(_ world: String) throws {
    let (before, moved) = try Self.rows(world, [["kind": "intercept", "change": -1.5]])
    #expect(before.features == moved.features)
    Self.expectClose(moved.outcomes, before.outcomes.map { $0 - 1.5 }, "outcomes")
    let (_, silent) = try Self.rows(world, [["kind": "noise", "change": -1]]),
      (_, loud) = try Self.rows(world, [["kind": "noise", "change": 0.5]])
    #expect(before.features == silent.features && before.features == loud.features)
    Self.expectClose(
      loud.outcomes, (0..<500).map { silent.outcomes[$0] + 1.5 * (before.outcomes[$0] - silent.outcomes[$0]) }, "errors")
  }

  /// z is 0 then: the variance is sd²/(1 + slope), and the numbers are those of normal noise.
  @Test func `noise that follows a feature that no longer varies is that at its mean`() throws {
    func outcomes(_ noise: DocumentNode) throws -> [Double] {
      let shifts: DocumentNode = [["kind": "scale", "feature": "x1", "change": -1]]
      let shifted = try scenario(("world", ["kind": "gaussian", "features": 1, "noise": noise]), ("shifts", shifts))
      return drawShifted(shifted, 0..<100, cycle: 1).outcomes
    }
    let normal = try outcomes(["sd": 0.5])
    Self.expectClose(try outcomes(["shape": "heteroscedastic", "slope": 3]), normal, "outcomes")
  }

  @Test func `shifts compose in the order written`() throws {
    func coefficient(_ shifts: DocumentNode) throws -> Double {
      let shifted = try scenario(("world", try #require(Self.worlds["gaussian"])), ("shifts", shifts))
      var conditions = WorldConditions(features: 3)
      for shift in shifted.shifts { shift.component.apply(to: &conditions, at: .init(replicate: 0, cycle: 1)) }
      return try #require(shifted.world.component.bestPredictor(replicate: 0, conditions: conditions)).weights[0]
    }
    let half: DocumentNode = ["kind": "coefficient", "id": "half", "feature": "x1", "change": -0.5]
    let more: DocumentNode = ["kind": "coefficient", "id": "more", "feature": "x1", "change": 3, "unit": "raw"]
    #expect(try coefficient([half, more]) == 3.5)
    #expect(try coefficient([more, half]) == 2)
    #expect(try coefficient([half, ["kind": "coefficient", "id": "again", "change": -0.5]]) == 0.25)
  }

  @Test func `a share of a profile is that share of the change`() throws {
    let ramp: DocumentNode = ["kind": "ramp", "from": 1, "to": 5]
    let (before, after) = try Self.rows("gaussian", [["kind": "mean", "feature": "x3", "change": 2, "profile": ramp]])
    Self.expectClose(after.features.column(2), before.features.column(2).map { $0 + 1 }, "half of two standard deviations of 1")
  }
}

/// Rows of a scenario's world in a cycle, as its shifts have it.
func drawShifted(_ scenario: Scenario, _ range: Range<Int>, replicate: Int = 0, cycle: Int) -> Rows {
  var conditions = WorldConditions(features: scenario.world.component.schema.count)
  for shift in scenario.shifts { shift.component.apply(to: &conditions, at: .init(replicate: replicate, cycle: cycle)) }
  return draw(scenario, range, replicate: replicate, cycle: cycle, conditions: conditions)
}
