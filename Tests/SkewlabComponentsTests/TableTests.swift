import OrderedCollections
import SkewlabComponents
import SkewlabEngine
import SkewlabNumerics
import Testing

@Suite struct TableTests {
  static let csv = "month,x,town,y\n2,1,B,10\n1,2,A,20\n1,3,B,30\n3,,C,40\n2,5,A,50\n1,6,B,60\n"

  func draw(_ world: World, cycle: Int, rows count: Int, replicate: Int = 0) -> Rows {
    var rows = Rows(schema: world.schema, capacity: count, hasIdentities: true)
    world.draw(
      0..<count, at: .init(replicate: replicate, cycle: cycle), conditions: WorldConditions(features: world.schema.count), into: &rows)
    return rows
  }

  typealias World = any SkewlabEngine.World

  @Test func `columns are typed, levels sorted, gaps kept, time left out`() throws {
    let world = try TableFile(Self.csv).scenario(["time": ["month"]]).world.component
    #expect(world.schema.names == ["x", "town"])
    #expect(world.schema.columns[1].type == .categorical(levels: ["A", "B", "C"]))
    #expect(world.schema.columns.map(\.mayBeMissing) == [true, false])
    let all = try #require(world.everyRow)
    #expect(all.features.column(1) == [1, 0, 1, 2, 0, 1])
    #expect(all.features.column(0)[3].isNaN)
    #expect(all.outcomes == [10, 20, 30, 40, 50, 60])
  }

  @Test func `in order is by time, ties in file order, block by block`() throws {
    let world = try TableFile(Self.csv).scenario(["time": ["month"], "draw": "in-order"]).world.component
    #expect((0..<3).map { draw(world, cycle: $0, rows: 2).outcomes } == [[20, 30], [60, 10], [50, 40]])
    #expect(world.cyclesAvailable(rows: 2) == 3)
    #expect(world.cyclesAvailable(rows: 4) == 1)
  }

  @Test(arguments: ["bootstrap", "in-order", "shuffle"]) func `more rows in a cycle extend the old ones`(_ drawing: String) throws {
    let few = try TableFile(Self.csv).scenario(["time": ["month"], "draw": .string(drawing)]).world.component
    let more = try TableFile(Self.csv).scenario(["time": ["month"], "draw": .string(drawing)], ("rows", 4)).world.component
    #expect(Array(draw(more, cycle: 0, rows: 4).identities.prefix(2)) == draw(few, cycle: 0, rows: 2).identities)
  }

  @Test func `rows that run out end the run, or start over`() throws {
    let file = try TableFile(Self.csv)
    var stopping = Simulation(try file.scenario(["draw": "in-order"], ("cycles", 5)))
    #expect(stopping.run().count == 3)
    #expect(stopping.ending == .outOfRows(cycle: 3))
    let wrapping = try file.scenario(["draw": "in-order", "when-exhausted": "wrap"], ("cycles", 5))
    #expect(draw(wrapping.world.component, cycle: 3, rows: 2).outcomes == [10, 20])
    #expect(try file.scenario(["draw": "in-order"], ("cycles", 5)).notes.contains { $0.contains("cycles 0 to 2 of 2 rows each") })
  }

  @Test func `shuffle gives every row once, in an order of the replicate's own`() throws {
    let world = try TableFile(Self.csv).scenario(["draw": "shuffle"]).world.component
    func order(_ replicate: Int) -> [Double] { (0..<3).flatMap { draw(world, cycle: $0, rows: 2, replicate: replicate).outcomes } }
    #expect(order(0).sorted() == [10, 20, 30, 40, 50, 60])
    #expect(Set((0..<20).map(order)).count > 10)
  }

  @Test func `bootstrap draws each row equally often`() throws {
    let world = try TableFile(Self.csv).scenario().world.component
    let rows = draw(world, cycle: 1, rows: 60_000)
    var counts = Array(repeating: 0.0, count: 6)
    for identity in rows.identities { counts[identity] += 1 }
    let statistic = counts.map { ($0 - 10_000) * ($0 - 10_000) / 10_000 }.reduce(0, +)
    // 35.9 is the 1 − 1e-6 quantile of chi-squared with 5 degrees of freedom (SciPy 1.17.1: 35.888).
    #expect(statistic < 35.9)
  }

  @Test func `a first period is drawn from the first rows in time, each equally often, and the best predictor is theirs`() throws {
    // By month: 20 and 30 in the first, then 60, 10; time has ties in file order.
    let drawing: DocumentNode = ["time": ["month"], "draw": "first-period"]
    let file = try TableFile(Self.csv)
    let two = try file.scenario(drawing)
    let rows = draw(two.world.component, cycle: 4, rows: 4000)
    #expect(Set(rows.outcomes) == [20, 30])
    // 4,000 fair draws: sd 31.6; five of them.
    #expect(abs(rows.outcomes.filter { $0 == 20 }.count - 2000) < 159)
    #expect(two.world.component.cyclesAvailable(rows: 2) == nil)
    let weights = try #require(two.world.component.population(under: WorldConditions(features: 2)).weights)
    #expect(weights == [0, 1, 1, 0, 0, 0])
    var three = drawing
    three["first-period"] = 3
    #expect(Set(draw(try file.scenario(three).world.component, cycle: 0, rows: 1000).outcomes) == [20, 30, 60])
    // A mean is the best of a table without what tells its rows apart: that of two rows is 25.
    let flat = try TableFile("x,y\n1,20\n1,30\n1,90\n").scenario(["draw": "first-period"], ("cycles", 3), ("learner", "constant"))
    var simulation = Simulation(flat)
    for record in simulation.run().dropFirst() { #expect(record["best_loss"] == 25) }
  }

  @Test func `the evaluation share goes by row of the file, so that copies stay together`() throws {
    // 2,000 copies of six rows each cycle, half of the rows for evaluation. Were copies split, every outcome would be among the fitted ones and the mean
    // label near 35; so it is the mean of the rows fitted, which is the same in every cycle up to sampling, whatever the rows.
    let scenario = try TableFile(Self.csv).scenario([:], ("rows", 2000), ("evaluation", ["share": 0.5]), ("learner", "constant"))
    let means = (0..<8).map { replicate in
      var simulation = Simulation(scenario, replicate: replicate)
      return simulation.run().compactMap { $0.fitted?.predictor.intercept }
    }
    for cycles in means where cycles.count == 3 {
      // The sd of six outcomes is at most 25 and about 1,000 are fitted: 5 standard errors of a difference are below 6.
      #expect(abs(cycles[0] - cycles[1]) < 6 && abs(cycles[1] - cycles[2]) < 6)
    }
    let firsts = means.compactMap(\.first)
    #expect(firsts.count >= 7, "a replicate whose six rows are all kept for evaluation has none to fit, once in 64")
    #expect((firsts.max() ?? 0) - (firsts.min() ?? 0) > 6, "which rows are fitted differs by replicate")
  }

  @Test func `logged targets are modelled as logarithms`() throws {
    let scenario = try TableFile(Self.csv).scenario(["log-target": true])
    #expect(scenario.traits.hasUnits)
    expectClose(try #require(scenario.world.component.everyRow).outcomes[0], 2.302585092994046)
  }

  @Test func `numbers listed as categories are text`() throws {
    let world = try TableFile(Self.csv).scenario(["categories": ["month"]]).world.component
    #expect(world.schema.columns[0].type == .categorical(levels: ["1", "2", "3"]))
  }

  @Test func `byte order mark, CRLF, quotes and blank lines are read`() throws {
    let world = try TableFile("\u{FEFF}\"x\",town,y\r\n1,\"a, \"\"b\"\"\nc\",2\r\n\r\n-2.5e-3,d,4").scenario().world.component
    let all = try #require(world.everyRow)
    #expect(all.features.column(0) == [1, -0.0025])
    #expect(world.schema.columns[1].type == .categorical(levels: ["a, \"b\"\nc", "d"]))
    #expect(all.outcomes == [2, 4])
  }
}
