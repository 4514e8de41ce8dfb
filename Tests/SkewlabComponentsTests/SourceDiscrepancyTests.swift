import SkewlabComponents
import SkewlabEngine
import SkewlabNumerics
import Testing

/// What each source discrepancy does to rows.
@Suite struct SourceDiscrepancyTests {
  static let rows = 3000
  static let gaussian: DocumentNode = ["kind": "gaussian", "features": ["a", "b", "c"], "mean": [1, 2, 3]]

  /// Rows of a cycle as a side reads them.
  static func read(_ scenario: Scenario, _ range: Range<Int> = 0..<rows, cycle: Int = 1) -> Rows {
    var rows = draw(scenario, range, cycle: cycle)
    let sources = scenario.discrepancies.compactMap { $0.component as? any SourceDiscrepancy }
    SourceReading(sources, of: scenario) { scenario.drawRaw($0, at: $1, into: &$2) }.alter(&rows)
    return rows
  }

  static func scenario(_ discrepancies: DocumentNode, world: DocumentNode = gaussian) throws -> Scenario {
    try SkewlabComponentsTests.scenario(("world", world), ("rows", .integer(rows)), ("cycles", 4), ("discrepancies", discrepancies))
  }

  /// All raw rows of cycles 0…3, one after another.
  static func series(_ scenario: Scenario, _ column: Int) -> [Double] {
    (0..<4).flatMap { draw(scenario, 0..<rows, cycle: $0).features.column(column) }
  }

  @Test(
    arguments: [
      (["kind": "stale-feature", "features": ["b"], "rows": 5], 5), (["kind": "stale-feature", "features": ["b"], "cycles": 1], 3000),
      (["kind": "stale-feature", "features": ["b"], "rows": 4500], 4500), (["kind": "stale-feature", "features": ["b"]], 1),
      (["kind": "misaligned-rows", "features": ["b"]], -1), (["kind": "misaligned-rows", "features": ["b"], "by": 3100], -3100),
      (["kind": "misaligned-rows", "features": ["b"], "by": -7], 7), (["kind": "misaligned-rows", "features": ["b"], "by": 0], 0),
    ] as [(DocumentNode, Int)])
  func `another row's value is that of the row so many places away, over the ends of cycles`(node: DocumentNode, back: Int) throws {
    let scenario = try Self.scenario([node])
    let all = Self.series(scenario, 1)
    for cycle in [0, 1, 2] {
      let raw = draw(scenario, 0..<Self.rows, cycle: cycle), read = Self.read(scenario, cycle: cycle)
      #expect(read.features.column(0) == raw.features.column(0) && read.features.column(2) == raw.features.column(2))
      let start = cycle * Self.rows
      guard start + Self.rows - back <= all.count else { continue }
      #expect(read.features.column(1) == (0..<Self.rows).map { all[max(0, start + $0 - back)] }, "cycle \(cycle)")
    }
  }

  @Test func `a block of any size reads the same`() throws {
    let scenario = try Self.scenario([
      ["kind": "feature-noise", "features": ["a", "b"], "share": 0.5],
      ["kind": "stale-feature", "features": ["a"], "rows": 2000, "share": 0.7],
      ["kind": "misaligned-rows", "features": ["a", "c"], "by": 1500],
    ])
    let whole = Self.read(scenario)
    for range in [0..<1, 17..<1024, 1024..<2048, 2999..<3000] {
      let part = Self.read(scenario, range)
      for j in 0..<3 { #expect(part.features.column(j) == Array(whole.features.column(j)[range])) }
    }
  }

  @Test func `a table that ends has no row after its last, and order is that of serving`() throws {
    var text = "x,y\n"
    for i in 0..<7 { text += "\(i),\(10 * i)\n" }
    let file = try TableFile(text)
    let late = try file.scenario(
      ["draw": "in-order"], ("rows", 3), ("cycles", 1), ("discrepancies", [["kind": "misaligned-rows", "by": 2]]))
    // Cycles 0 and 1 use rows 0 to 5; the seventh never serves.
    #expect(Self.read(late, 0..<3, cycle: 1).features.column(0) == [5, 5, 5])
    #expect(Self.read(late, 0..<3, cycle: 0).features.column(0) == [2, 3, 4])
    let stale = try file.scenario(
      ["draw": "in-order"], ("rows", 3), ("cycles", 1), ("discrepancies", [["kind": "stale-feature", "rows": 2]]))
    #expect(Self.read(stale, 0..<3, cycle: 0).features.column(0) == [0, 0, 0])
    #expect(Self.read(stale, 0..<3, cycle: 1).features.column(0) == [1, 2, 3])
  }

  @Test func `discrepancies compose in the order written`() throws {
    let unit: DocumentNode = ["kind": "unit", "features": ["a"], "factor": 10]
    let swap: DocumentNode = ["kind": "swap-features", "features": ["a", "b"]]
    let raw = draw(try Self.scenario([]), 0..<Self.rows, cycle: 1)
    let first = Self.read(try Self.scenario([unit, swap])), second = Self.read(try Self.scenario([swap, unit]))
    #expect(first.features.column(1) == raw.features.column(0).map { $0 * 10 } && first.features.column(0) == raw.features.column(1))
    #expect(second.features.column(0) == raw.features.column(1).map { $0 * 10 } && second.features.column(1) == raw.features.column(0))
    // An old value has been through what is written before; noise on half of the rows is that of the old row.
    let noise: DocumentNode = ["kind": "feature-noise", "features": ["a"], "share": 0.5]
    let stale: DocumentNode = ["kind": "stale-feature", "features": ["a"], "rows": 3]
    let noisy = Self.read(try Self.scenario([noise])), old = Self.read(try Self.scenario([noise, stale]))
    #expect(Array(old.features.column(0).dropFirst(3)) == Array(noisy.features.column(0).dropLast(3)))
  }

  @Test func `noise has its standard deviation, on the rows it touches`() throws {
    let scenario = try Self.scenario([["kind": "feature-noise", "features": ["a", "c"], "sd": 2, "share": 0.5]])
    let raw = draw(scenario, 0..<Self.rows, cycle: 1), read = Self.read(scenario)
    #expect(raw.features.column(1) == read.features.column(1))
    let noise = [0, 2].map { j in zip(read.features.column(j), raw.features.column(j)).map { $0 - $1 } }
    let touched = noise[0].filter { $0 != 0 }, n = Double(touched.count)
    #expect(zip(noise[0], noise[1]).allSatisfy { ($0 == 0) == ($1 == 0) }, "a row is touched or not")
    #expect(abs(n / Double(Self.rows) - 0.5) < fiveErrors * 0.5 / Double(Self.rows).squareRoot())
    #expect(abs(touched.reduce(0) { $0 + $1 * $1 } / n - 4) < fiveErrors * 4 * (2 / n).squareRoot())
    let products = zip(noise[0], noise[1]).reduce(0.0) { $0 + $1.0 * $1.1 } / n
    #expect(abs(products) < fiveErrors * 4 / n.squareRoot(), "features have noise of their own")
  }

  @Test func `features time out by themselves, rows together`() throws {
    func missed(_ probability: Double, share: Double) throws -> [[Bool]] {
      let scenario = try Self.scenario([
        ["kind": "default-on-timeout", "features": ["a", "b"], "value": -99, "probability": .number(probability), "share": .number(share)]
      ])
      let rows = Self.read(scenario)
      return [0, 1].map { j in rows.features.column(j).map { $0 == -99 } }
    }
    let n = Double(Self.rows)
    let alone = try missed(0.3, share: 1)
    for column in alone { #expect(abs(Double(column.count { $0 }) / n - 0.3) < fiveErrors * (0.21 / n).squareRoot()) }
    let both = Double(zip(alone[0], alone[1]).count { $0 && $1 }) / n
    #expect(abs(both - 0.09) < fiveErrors * (0.09 * 0.91 / n).squareRoot())
    let together = try missed(1, share: 0.3)
    #expect(together[0] == together[1])
  }

  static let towns: DocumentNode = [
    "kind": "categorical",
    "features": [
      ["name": "town", "levels": ["York", "Zürich", " Bath", "york", "Bath", "Z?rich"]], ["name": "other", "levels": ["p", "q"]],
    ],
  ]

  func codes(_ node: DocumentNode) throws -> [Double: Set<Double>] {
    let document: ScenarioDocument = [
      "world": Self.towns, "rows": 3000, "cycles": 4, "pipeline": ["one-hot"], "discrepancies": DocumentNode(.list([node])),
    ]
    let scenario = try Scenario(document, catalog: .standard)
    let raw = draw(scenario, 0..<Self.rows, cycle: 1), read = Self.read(scenario)
    var seen: [Double: Set<Double>] = [:]
    for i in 0..<Self.rows { seen[raw.features[i, 0], default: []].insert(read.features[i, 0]) }
    // Once through the whole loop, training side too: no transform may mind the code.
    for side in ["serving", "training"] {
      var document = document, node = node
      node["side"] = .string(side)
      document.root["discrepancies"] = DocumentNode(.list([node]))
      var simulation = Simulation(try Scenario(document, catalog: .standard))
      #expect(simulation.run().count == 5)
    }
    return seen
  }

  @Test func `another spelling is looked up again, and is unknown when it is not there`() throws {
    #expect(
      try codes(["kind": "unseen-category", "mismatch": "case", "features": ["town"]]) == [0: [3], 1: [6], 2: [6], 3: [3], 4: [6], 5: [6]])
    #expect(try codes(["kind": "unseen-category", "mismatch": "trim"]) == [0: [0], 1: [1], 2: [4], 3: [3], 4: [4], 5: [5]])
    #expect(try codes(["kind": "unseen-category", "mismatch": "locale"]) == [0: [0], 1: [5], 2: [2], 3: [3], 4: [4], 5: [5]])
    #expect(
      try codes(["kind": "unseen-category", "levels": ["Bath", "York"], "share": 0.5]) == [
        0: [0, 6], 1: [1], 2: [2], 3: [3], 4: [4, 6], 5: [5],
      ])
  }

  @Test func `an hour stays within its period`() throws {
    let scenario = try Self.scenario(
      [["kind": "timezone", "hours": -8]], world: ["kind": "categorical", "features": []])
    let raw = draw(scenario, 0..<Self.rows, cycle: 1), read = Self.read(scenario)
    for i in 0..<Self.rows { #expect(read.features[i, 0] == (raw.features[i, 0] < 8 ? raw.features[i, 0] + 16 : raw.features[i, 0] - 8)) }
  }

  /// A cycle of more than one chunk, a training side, a window over cycles: no bit depends on the chunk's size.
  @Test func `chunks change nothing`() throws {
    for world in [
      Self.gaussian, ["kind": "autoregressive", "features": ["a", "b", "c"]], ["kind": "mixture", "features": ["a", "b", "c"]],
    ] {
      let document: ScenarioDocument = [
        "world": world, "rows": 3000, "cycles": 3, "retraining": ["every": 1, "window": ["cycles": 2]],
        "discrepancies": [
          ["kind": "unit", "features": ["a"], "factor": 2, "from": 2], ["kind": "stale-feature", "rows": 1700, "share": 0.6],
          ["kind": "misaligned-rows", "by": 1300, "side": "training", "features": ["b"]],
          ["kind": "stale-feature", "id": "cached", "side": "training", "cycles": 1, "features": ["c"]],
        ],
      ]
      let scenario = try Scenario(document, catalog: .standard)
      let records = [1024, 2048, 4096].map { chunk in
        var simulation = Simulation(scenario, chunkRows: chunk)
        return simulation.run()
      }
      #expect(records[0].count == 4)
      for other in records.dropFirst() {
        for (a, b) in zip(records[0], other) { #expect(a.values == b.values && a.fitted == b.fitted) }
      }
    }
  }
}
