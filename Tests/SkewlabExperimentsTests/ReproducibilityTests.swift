import Foundation
import SkewlabComponents
import SkewlabEngine
import SkewlabExperiments
import SkewlabNumerics
import SkewlabScenarios
import Testing

/// Same scenario, same seed, same bytes of every CSV: for any jobs, chunk size, interruption, order of metrics or arms.
@Suite struct ReproducibilityTests {
  static let csvs = ["cycles.csv", "summary.csv", "comparison.csv", "parameters.csv", "deployments.csv"]

  /// 2,500 rows a cycle are three chunks of 1,024 and one of 8,192; moments in the first two arms, rows in the third.
  static let document: ScenarioDocument = [
    "seed": 11, "cycles": 6, "rows": 2500, "replicates": 4,
    "world": ["kind": "gaussian", "features": 4, "covariance": ["autoregressive": 0.5]],
    "pipeline": ["standardize"],
    "feedback": [["kind": "label-follows-prediction", "strength": 0.5, "exposed": 0.7]],
    "arms": [
      ["name": "plain"],
      ["name": "anchored", "add": ["feedback": [["kind": "anchoring", "usage": 0.3]]]],
      [
        "name": "rows",
        "set": [
          "pipeline": ["log1p", "impute", "standardize"], "discrepancies": [["kind": "unit", "factor": 1.1, "share": 0.5], "ddof"],
        ],
      ],
    ],
  ]

  func run(
    _ document: ScenarioDocument = document, jobs: Int? = nil, chunkRows: Int? = nil, existing: ResultsStore.Existing = .refuse,
    folder: String? = nil, stopAfter: Int = .max
  ) throws -> String {
    let folder = folder ?? FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
    let stop = StopAfter(stopAfter)
    _ = try ResultsStore(Experiment(document), folder: folder).run(
      existing: existing, jobs: jobs, chunkRows: chunkRows, isCancelled: { stop.isDue }, progress: { done, _ in stop.note(done) })
    return folder
  }

  func contents(_ folder: String) throws -> [String] {
    try Self.csvs.map { try String(contentsOfFile: folder + "/" + $0, encoding: .utf8) }
  }

  @Test func `one job and two give the same bytes`() throws {
    #expect(try contents(run(jobs: 1)) == contents(run(jobs: 2)))
  }

  @Test func `chunks of 1024 and 8192 rows give the same bytes`() throws {
    #expect(try contents(run(chunkRows: 1024)) == contents(run(chunkRows: 8192)))
  }

  @Test func `a run that is stopped and resumed gives the same bytes`() throws {
    let whole = try contents(run())
    let folder = try run(jobs: 1, stopAfter: 30)
    #expect(!FileManager.default.fileExists(atPath: folder + "/cycles.csv"))
    let parts = try FileManager.default.contentsOfDirectory(atPath: folder + "/parts").filter { $0.hasSuffix(".part") }
    #expect(parts.count == 4)
    _ = try run(existing: .resume, folder: folder)
    #expect(try contents(folder) == whole)
    #expect(!FileManager.default.fileExists(atPath: folder + "/parts"))
  }

  @Test func `a damaged part is run again`() throws {
    let whole = try contents(run())
    let folder = try run(jobs: 1, stopAfter: 30)
    let part = folder + "/parts/run-1.part"
    let text = try String(contentsOfFile: part, encoding: .utf8)
    try String(text.dropLast(40)).write(toFile: part, atomically: true, encoding: .utf8)
    _ = try run(existing: .resume, folder: folder)
    #expect(try contents(folder) == whole)
  }

  @Test func `resuming another experiment's folder is refused`() throws {
    let folder = try run(jobs: 1, stopAfter: 30)
    var other = Self.document
    other.root["seed"] = 12
    #expect(throws: ResultsError.self) { _ = try run(other, existing: .resume, folder: folder) }
  }

  @Test func `resuming finished results does nothing`() throws {
    let folder = try run()
    let outcome = try ResultsStore(Experiment(Self.document), folder: folder).run(existing: .resume)
    guard case .alreadyFinished = outcome else {
      Issue.record("the folder was not recognised as finished")
      return
    }
  }

  @Test func `a folder that is not empty is refused without force`() throws {
    let folder = try run()
    let error = #expect(throws: ResultsError.self) { _ = try run(folder: folder) }
    let advice = "the folder is not empty; choose another with --out, go on with --resume, or replace its results with --force"
    #expect(error?.description.hasSuffix(advice) == true)
    _ = try run(existing: .replace, folder: folder)
  }

  @Test func `the order of arms changes no value`() throws {
    var reordered = Self.document
    let arms = try #require(Self.document.root["arms"]?.items)
    reordered.root["arms"] = DocumentNode(.list([arms[0], arms[2], arms[1]]))
    func sorted(_ folder: String) throws -> [Substring] {
      try contents(folder)[0].split(separator: "\n").sorted()
    }
    let lines = try sorted(run()), other = try sorted(run(reordered))
    let columns = try Experiment(Self.document).columns, otherColumns = try Experiment(reordered).columns
    #expect(columns == otherColumns)
    #expect(lines == other)
  }

  @Test func `the order of metrics changes no value`() throws {
    func values(_ metrics: DocumentNode) throws -> [[Double?]] {
      var document = Self.document
      document.root["metrics"] = metrics
      let results = try Experiment(document).run()
      let columns = ["served_loss", "untouched_r2", "offline_rmse"]
      return results.runs.flatMap { run in
        let names = results.experiment.arms[run.run.arm].scenario.columns
        return run.cycles.map { cycle in columns.map { name in names.firstIndex(of: name).flatMap { cycle.values[$0] } } }
      }
    }
    #expect(try values(["loss", "r2", "rmse"]) == values(["rmse", "mae", "r2", "loss"]))
  }

  @Test func `one more feature changes no draw of the others`() throws {
    func rows(features: Int) throws -> Rows {
      let world = try Scenario(
        ["seed": 5, "rows": 3000, "world": ["kind": "gaussian", "features": .integer(features), "covariance": ["equicorrelated": 0.3]]],
        catalog: .standard
      ).world.component
      var rows = Rows(schema: world.schema, capacity: 3000, hasIdentities: false)
      world.draw(0..<3000, at: .init(replicate: 2, cycle: 3), conditions: WorldConditions(features: features), into: &rows)
      return rows
    }
    let few = try rows(features: 3), more = try rows(features: 4)
    for column in 0..<3 { #expect(few.features.column(column) == more.features.column(column)) }
  }

  @Test func `in memory and in files are the same numbers`() throws {
    let folder = try run()
    let results = try Experiment(Self.document).run()
    #expect(try String(contentsOfFile: folder + "/summary.csv", encoding: .utf8) == results.summary.csv())
    #expect(try String(contentsOfFile: folder + "/comparison.csv", encoding: .utf8) == results.summary.comparisonCSV())
  }
}

/// Says stop once so many cycles are done.
final class StopAfter: @unchecked Sendable {
  private let limit: Int
  private let lock = NSLock()
  private var done = 0

  init(_ limit: Int) { self.limit = limit }

  var isDue: Bool { lock.withLock { done >= limit } }
  func note(_ count: Int) { lock.withLock { done = max(done, count) } }
}
