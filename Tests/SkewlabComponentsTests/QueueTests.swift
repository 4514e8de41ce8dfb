import SkewlabComponents
import SkewlabEngine
import SkewlabNumerics
import Testing

/// Runtime `queue` in its scenario.
@Suite struct QueueTests {
  static func document(_ runtime: DocumentNode, rows: Int = 2500, cycles: Int = 3, _ sections: (String, DocumentNode)...)
    -> ScenarioDocument
  {
    var document: ScenarioDocument = [
      "seed": 11, "rows": .integer(rows), "cycles": .integer(cycles), "world": ["kind": "gaussian", "features": 2, "intercept": 3],
      "pipeline": ["standardize"], "runtime": runtime,
    ]
    for (key, node) in sections { document.root[key] = node }
    return document
  }

  static func records(_ document: ScenarioDocument, chunkRows: Int? = nil) throws -> [CycleRecord] {
    var simulation = Simulation(try Scenario(document, catalog: .standard), chunkRows: chunkRows)
    return simulation.run()
  }

  static func column(_ name: String, _ records: [CycleRecord]) -> [UInt64?] { records.map { $0[name]?.bitPattern } }

  /// Serves the scores 0, 1, 2, … of a cycle.
  static func serve(_ runtime: DocumentNode, rows: Int) throws -> (served: [Double], meanLabel: Double, measured: RuntimeMeasurements?) {
    let scenario = try Scenario(document(runtime, rows: rows), catalog: .standard)
    var simulation = Simulation(scenario)
    _ = simulation.step()
    let model = try #require(simulation.model)
    var queue = scenario.runtime.component
    queue.beginCycle(at: .init(replicate: 0, cycle: 1))
    var scores = (0..<rows).map { Double($0) }
    let previous = scores.map { -1 - $0 }
    var span = scores.mutableSpan
    queue.serve(&span, previous: queue.usesPreviousModel ? previous.span : previous.span.extracting(0..<0), rows: 0..<rows, deployed: model)
    return (scores, model.meanLabel, queue.endCycle())
  }

  @Test func `a cycle is Lindley's recursion on the queue's own streams`() throws {
    let rows = 3000, seconds = 0.01, deadline = 0.025
    let served = try Self.serve(
      ["kind": "queue", "arrivals": 80, "service": ["deterministic": 10], "deadline": 25, "warm-up": 0, "fallback": ["constant": -7]],
      rows: rows)
    let gaps = RandomStream(seed: 11, name: "runtime/queue/arrivals").exponentials(count: rows, at: .init(replicate: 0, cycle: 1))
    // W₁ = 0, Wₙ₊₁ = max(0, Wₙ + S − Tₙ₊₁).
    var waits = [0.0]
    for n in 1..<rows { waits.append(max(0, waits[n - 1] + seconds - gaps[n] / 80)) }
    for (row, wait) in waits.enumerated() {
      // The clock of the process sums gaps where the recursion does not: 3,000 sums of numbers below 40, each rounded by at most 4e-15.
      precondition(abs(wait + seconds - deadline) > 3000 * 4e-15, "no request is on the edge")
      #expect(served.served[row] == (wait + seconds > deadline ? -7 : Double(row)))
    }
    let measured = try #require(served.measured)
    #expect(abs(measured.meanWait! - waits.reduce(0, +) / Double(rows) * 1000) < 1e-8)
    #expect(measured.lateShare == Double(waits.count { $0 + seconds > deadline }) / Double(rows))
    #expect(measured.waitingShare == Double(waits.count { $0 > 0 }) / Double(rows))
    #expect(measured.lostShare == 0 && measured.peakMemory == nil && measured.restarts == nil)
    let sorted = waits.map { $0 + seconds }.sorted()
    #expect(abs(measured.latencyP50! - sorted[1499] * 1000) < 1e-8)
    #expect(abs(measured.latencyP95! - sorted[2849] * 1000) < 1e-8)
    #expect(abs(measured.latencyP99! - sorted[2969] * 1000) < 1e-8)
  }

  @Test func `each fallback serves what it says`() throws {
    let queue: DocumentNode = ["kind": "queue", "arrivals": 90, "service": 10, "deadline": 20]
    func serve(_ fallback: DocumentNode) throws -> (served: [Double], meanLabel: Double) {
      var node = queue
      node["fallback"] = fallback
      let result = try Self.serve(node, rows: 1000)
      return (result.served, result.meanLabel)
    }
    let constant = try serve(["constant": -0.5]).served
    let isLate = constant.map { $0 == -0.5 }
    #expect((100..<900).contains(isLate.count { $0 }))
    let mean = try serve("mean"), last = try serve("last-known"), previous = try serve("previous-model").served
    var known = last.meanLabel
    for row in 0..<1000 {
      if !isLate[row] { known = Double(row) }
      #expect(mean.served[row] == (isLate[row] ? mean.meanLabel : Double(row)))
      #expect(last.served[row] == known)
      #expect(previous[row] == (isLate[row] ? -1 - Double(row) : Double(row)))
    }
  }

  @Test func `when all is late the previous model serves as one that is refitted half as often`() throws {
    // Cycle 2: the model of cycle 0, as with a fit every second cycle; cycle 4: that of cycle 2. Nothing feeds back, so that the fits are the same.
    let late: DocumentNode = ["kind": "queue", "arrivals": 1, "service": 10, "deadline": 1e-9, "fallback": "previous-model"]
    let previous = try Self.records(Self.document(late, cycles: 4))
    let rare = try Self.records(Self.document("instant", cycles: 4, ("retraining", ["every": 2])))
    for cycle in [2, 4] { #expect(previous[cycle]["served_loss"]! == rare[cycle]["served_loss"]!) }
    #expect(previous[3]["served_loss"]! != rare[3]["served_loss"]!)
    var mean = late
    mean["fallback"] = "mean"
    let first = try Self.records(Self.document(mean, cycles: 1))
    #expect(previous[1]["served_loss"]! == first[1]["served_loss"]!, "before there is one, the mean")
  }

  @Test func `a slowdown of 1 is none, bit for bit`() throws {
    for service: DocumentNode in [10, ["deterministic": 10], ["lognormal": ["mean": 10, "variation": 1]], ["samples": [5, 15]]] {
      var queue: DocumentNode = ["kind": "queue", "arrivals": 50, "service": service, "deadline": 20]
      let plain = try Self.records(Self.document(queue))
      queue["slowdown"] = 1
      queue["from"] = 2
      #expect(try Self.records(Self.document(queue)) == plain)
      queue["slowdown"] = 1.5
      let slow = try Self.records(Self.document(queue))
      #expect(slow[1] == plain[1], "before its first cycle nothing is slower")
      #expect(slow[2]["mean_wait_ms"]! > plain[2]["mean_wait_ms"]!)
      queue["until"] = 2
      #expect(try Self.records(Self.document(queue))[3] == plain[3])
    }
  }

  @Test func `without a queue nothing is measured, and without a deadline nothing is late`() throws {
    let instant = try Self.records(Self.document("instant"))
    var bare = Self.document("instant")
    bare.root["runtime"] = nil
    #expect(try Self.records(bare) == instant)
    #expect(!instant[0].columns.contains { $0.hasPrefix("latency") || $0 == "late_share" || $0 == "restarts" })
    let patient = try Self.records(Self.document(["kind": "queue", "arrivals": 50, "service": 10]))
    #expect(Set(patient[0].columns).subtracting(instant[0].columns) == Self.timeColumns)
    for name in instant[0].columns { #expect(Self.column(name, patient) == Self.column(name, instant)) }
    #expect(patient[1]["late_share"]! == 0)
    let memory = try Self.records(Self.document(["kind": "queue", "arrivals": 50, "service": 10, "memory": ["base": 1]]))
    #expect(Set(memory[0].columns).subtracting(instant[0].columns) == Self.timeColumns.union(["peak_memory_mb", "restarts"]))
    #expect(memory[1]["peak_memory_mb"]! == 1)
  }
  static let timeColumns: Set<String> = [
    "latency_p50_ms", "latency_p95_ms", "latency_p99_ms", "mean_wait_ms", "waiting_share", "late_share", "lost_share", "throughput",
  ]

  @Test(arguments: ["mean", "last-known", "previous-model"])
  func `the size of a chunk changes no bit, with restarts and a twin whose features differ`(fallback: String) throws {
    let queue: DocumentNode = [
      "kind": "queue", "arrivals": 190, "service": 10, "workers": 2, "deadline": 40, "fallback": .string(fallback),
      "memory": ["base": 100, "per-request": 10, "limit": 250, "restart": 0.5],
    ]
    let scenario = try Scenario(
      Self.document(queue, rows: 9000, ("feedback", ["leaning"])), catalog: .standard.adding(Leaning.self))
    var small = Simulation(scenario, chunkRows: 1024), large = Simulation(scenario, chunkRows: 8192)
    let records = small.run()
    #expect(records == large.run())
    #expect(records[1]["restarts"]! > 3 && records[1]["peak_memory_mb"]! == 250)
    #expect(records[1]["lost_share"]! > 0 && records[1]["late_share"]! > records[1]["lost_share"]!)
    #expect(records[2]["untouched_loss"]! != records[2]["served_loss"]!)
  }

  @Test func `more memory than is ever needed changes nothing`() throws {
    var queue: DocumentNode = [
      "kind": "queue", "arrivals": 90, "service": 10, "deadline": 40, "warm-up": 500, "memory": ["per-request": 1],
    ]
    let unlimited = try Self.records(Self.document(queue))
    queue["memory"] = ["per-request": 1, "limit": 1e6]
    #expect(try Self.records(Self.document(queue)) == unlimited)
    let peak = unlimited[1]["peak_memory_mb"]!
    #expect(peak > 5 && unlimited[1]["restarts"]! == 0)
  }

  @Test func `memory for more requests than can be simulated is refused`() throws {
    func scenario(limit: Double) throws -> Scenario {
      // A load of 10⁶: while one of the 3 + 64 rows is worked off, a million more come.
      let queue: DocumentNode = [
        "kind": "queue", "arrivals": 5e8, "service": 2, "warm-up": 64, "memory": ["per-request": 1, "limit": .number(limit)],
      ]
      return try Scenario(Self.document(queue, rows: 3), catalog: .standard)
    }
    let error = try #require(throws: ScenarioError.self) { try scenario(limit: 1e9) }
    #expect("\(error)".contains("about 67000000 requests would be in flight"), "\(error)")
    _ = try scenario(limit: 1e7)
  }

  @Test func `an overload from an empty start answers as fast as it works`() throws {
    let records = try Self.records(
      Self.document(["kind": "queue", "arrivals": 400, "service": ["deterministic": 10], "deadline": 100, "warm-up": 0]))
    // 2,500 arrivals in about 6 s, 100 answers in each of them, the first after 10 ms.
    #expect(abs(records[1]["throughput"]! - 100) < 1)
    // Request n waits for n·(10 − 2.5) ms on average: all but the first dozen are late.
    #expect(records[1]["late_share"]! > 0.98)
  }
}

/// Features move with the model, by a hundredth of its weights.
struct Leaning: Response {
  static let kind = "leaning"
  static let summary = "features move with the weights"
  static let definition = "x + 0.01·w."
  let movesFeatures = true
  init(_ arguments: Arguments) {}
  var affineForm: AffineResponse? { nil }
  func respond(features: inout Rows, deployed: DeployedModel) {
    let weights = deployed.predictor.weights
    for j in weights.indices {
      features.withFeature(j) { x in for i in x.indices { x[i] += 0.01 * weights[j] } }
    }
  }
  func respond(outcomes: inout MutableSpan<Double>, served: Span<Double>, rows: Rows, deployed: DeployedModel) {}
}
