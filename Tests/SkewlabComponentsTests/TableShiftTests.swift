import Foundation
import OrderedCollections
import SkewlabComponents
import SkewlabEngine
import SkewlabNumerics
import Testing

/// Shifts of a table, against NumPy and SciPy (Tests/Reference/shift_figures.py).
@Suite struct TableShiftTests {
  static let csv = """
    x,town,y
    1,A,1
    2,B,3
    3,A,2
    4,A,5
    5,C,9
    6,B,4
    7,A,8
    ,B,3
    2.5,C,6
    4.5,A,5

    """
  /// Newton's method on both sides, to the last digits but a few.
  static let solved = 1e-10
  static let mean: DocumentNode = ["kind": "mean", "feature": "x", "change": 0.5]
  static let town: DocumentNode = ["kind": "category-frequency", "feature": "town", "level": "B", "change": 0.2]
  static let both = [
    0.30156917751364565, 0.8401358918267079, 0.5100312458373811, 0.6632873255083681, 0.8625943601900774, 2.403085381794987,
    1.4588695032009251, 1.7567787263783046, 0.4472437961657873, 0.7564045915838152,
  ]

  static func table(_ shifts: DocumentNode, _ sections: (String, DocumentNode)..., world: DocumentNode = [:]) throws -> Scenario {
    var all: [(String, DocumentNode)] = [("shifts", shifts)]
    all += sections
    let file = try TableFile(csv)
    var node: DocumentNode = ["kind": "table", "path": "t.csv", "target": "y"]
    for (key, value) in world.entries ?? [:] { node[key] = value }
    var document: ScenarioDocument = ["world": node, "cycles": 2, "rows": 2, "pipeline": ["impute", "one-hot"]]
    for (key, value) in all { document.root[key] = value }
    document.folder = file.folder.path
    return try Scenario(document, catalog: .standard)
  }

  static func conditions(_ scenario: Scenario, cycle: Int = 1) -> WorldConditions {
    var conditions = WorldConditions(features: scenario.world.component.schema.count)
    for shift in scenario.shifts { shift.component.apply(to: &conditions, at: .init(replicate: 0, cycle: cycle)) }
    return conditions
  }

  static func state(_ scenario: Scenario) -> PopulationState { scenario.world.component.population(under: conditions(scenario)) }

  @Test func `weights are the exponential tilt that gives the mean, the share, or both`() throws {
    let figures: [(DocumentNode, [Double])] = [
      (
        [Self.mean],
        [
          0.39121366934719026, 0.5154976876076067, 0.6792652883837639, 0.8950599451656387, 1.1794100466198136, 1.554094857647029,
          2.0478126614971, 1.1184581830091505, 0.5917429217438467, 1.0274447389788581,
        ]
      ), ([Self.town], (0..<10).map { [1, 5, 7].contains($0) ? 5.0 / 3 : 5.0 / 7 }), ([Self.mean, Self.town], Self.both),
    ]
    for (shifts, expected) in figures {
      let weights = try #require(Self.state(try Self.table(shifts)).weights)
      for i in 0..<10 { expectClose(weights[i], expected[i], relative: Self.solved, "row \(i + 1)") }
    }
  }

  @Test func `rows are drawn by their weights, and most stay what they were`() throws {
    let shifted = try Self.table([Self.mean, Self.town], ("rows", 100_000))
    let before = draw(shifted, 0..<100_000, cycle: 1), after = drawShifted(shifted, 0..<100_000, cycle: 1)
    var counts = Array(repeating: 0.0, count: 10)
    for i in 0..<100_000 { counts[after.identities[i]] += 1 }
    let statistic = (0..<10).map { (i: Int) -> Double in
      let expected = 10_000 * Self.both[i]
      return (counts[i] - expected) * (counts[i] - expected) / expected
    }.reduce(0, +)
    // 45.1 is the 1 − 1e-6 quantile of chi-squared with 9 degrees of freedom (SciPy 1.17.1: 45.076).
    #expect(statistic < 45.1)
    let stay = Self.both.reduce(0) { $0 + min(1, $1) } / 10
    let stayed = Double((0..<100_000).filter { before.identities[$0] == after.identities[$0] }.count) / 100_000
    // A row that is drawn anew may be the same again only if its own weight is above 1, and then it was kept.
    #expect(abs(stayed - stay) < fiveErrors * (stay * (1 - stay) / 100_000).squareRoot())
  }

  @Test func `coefficients add their change times the effect that least squares finds`() throws {
    let x = [1, 2, 3, 4, 5, 6, 7, .nan, 2.5, 4.5], y = [1, 3, 2, 5, 9, 4, 8, 3, 6, 5.0]
    let mean = x.filter { !$0.isNaN }.reduce(0, +) / 9, slope = 0.9688067046761117
    let towns = [-0.4107645189408451, -1.3384301262723048, 3.0345564867605708]
    let codes = [0, 1, 0, 0, 2, 1, 0, 1, 2, 0]
    func outcomes(_ shift: DocumentNode) throws -> [Double] { try #require(Self.state(try Self.table([shift])).outcomes) }
    let relative = try outcomes(["kind": "coefficient", "feature": "x", "change": 0.5])
    let raw = try outcomes(["kind": "coefficient", "feature": "x", "change": 2, "unit": "raw"])
    let town = try outcomes(["kind": "coefficient", "feature": "town", "change": -1])
    let moved = try outcomes(["kind": "intercept", "change": -3])
    for i in 0..<10 {
      let deviation = x[i].isNaN ? 0 : x[i] - mean
      expectClose(relative[i], y[i] + 0.5 * slope * deviation, relative: Self.solved)
      expectClose(raw[i], y[i] + 2 * deviation, relative: Self.solved)
      expectClose(town[i], y[i] - towns[codes[i]], relative: Self.solved)
      #expect(moved[i] == y[i] - 3)
    }
  }

  @Test func `noise grows in units of what least squares leaves`() throws {
    let shifted = try Self.table([["kind": "noise", "change": 0.5]], ("rows", 50_000))
    let before = draw(shifted, 0..<50_000, cycle: 1), after = drawShifted(shifted, 0..<50_000, cycle: 1)
    #expect(before.identities == after.identities)
    let added = (0..<50_000).map { after.outcomes[$0] - before.outcomes[$0] }
    let variance = added.reduce(0) { $0 + $1 * $1 } / 50_000
    let expected = 0.8658122287551718 * 0.8658122287551718 * (1.5 * 1.5 - 1)
    #expect(abs(variance - expected) < fiveErrors * expected * (2.0 / 50_000).squareRoot())
    #expect(abs(added.reduce(0, +) / 50_000) < fiveErrors * (expected / 50_000).squareRoot())
  }

  /// The least loss of a line on the weighted rows with their new outcomes is NumPy's.
  @Test func `the best loss is that of the table as shifted`() throws {
    let shifted = try Self.table(
      [
        Self.mean, Self.town, ["kind": "coefficient", "feature": "x", "change": 0.5], ["kind": "intercept", "change": 2],
        ["kind": "noise", "change": 0.0],
      ], ("rows", 100_000), ("retraining", "never"))
    var simulation = Simulation(shifted)
    let records = simulation.run()
    for cycle in 1...2 {
      // The sd of a squared residual is of the size of the loss; five errors over 100,000 rows.
      #expect(abs(try #require(records[cycle]["best_loss"]) - 0.810855329788315) < fiveErrors * 1.5 / 100_000.0.squareRoot())
    }
  }

  @Test func `a table in order of time keeps its rows, and takes only changes of outcomes`() throws {
    let shifted = try Self.table([["kind": "intercept", "change": 1]], world: ["draw": "in-order"])
    #expect(draw(shifted, 0..<2, cycle: 1).identities == drawShifted(shifted, 0..<2, cycle: 1).identities)
    #expect(throws: ScenarioError.self) { try Self.table([Self.mean], world: ["draw": "in-order"]) }
  }

  @Test func `a first period has weights on its own rows`() throws {
    let shifted = try Self.table(
      [["kind": "mean", "feature": "x", "change": 0.5, "unit": "raw"]], world: ["draw": "first-period", "first-period": 4])
    let weights = try #require(Self.state(shifted).weights)
    #expect(weights[4...].allSatisfy { $0 == 0 })
    // 1, 2, 3, 4 with mean 3.
    expectClose((0..<4).reduce(0) { $0 + weights[$1] * Double($1 + 1) } / weights.reduce(0, +), 3, relative: Self.solved)
  }

  @Test func `the share of labels of a table is by weights of its rows`() throws {
    var document: ScenarioDocument = [
      "world": ["kind": "table", "path": "t.csv", "target": "y"], "cycles": 1, "rows": 4,
      "shifts": [["kind": "label-share", "change": 0.25]],
    ]
    let file = try TableFile("x,y\n1,0\n2,1\n3,0\n4,0\n")
    document.folder = file.folder.path
    let weights = try #require(Self.state(try Scenario(document, catalog: .standard)).weights)
    for (weight, expected) in zip(weights, [2.0 / 3, 2, 2.0 / 3, 2.0 / 3]) { expectClose(weight, expected, relative: Self.solved) }
  }
}
