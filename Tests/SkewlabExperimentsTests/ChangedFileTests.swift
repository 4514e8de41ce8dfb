import Foundation
import SkewlabEngine
import SkewlabExperiments
import Testing

/// A data file that changes between reading the scenario and running it.
@Suite struct ChangedFileTests {
  func run(_ disturb: (String) throws -> Void) throws -> ResultsStore.Outcome {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("skewlab-" + UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let table = folder.path + "/t.csv"
    try "x,y\n1,2\n2,3\n".write(toFile: table, atomically: false, encoding: .utf8)
    var document: ScenarioDocument = ["cycles": 1, "rows": 2, "world": ["kind": "table", "path": "t.csv", "target": "y"]]
    document.folder = folder.path
    let experiment = try Experiment(document)
    try disturb(table)
    let outcome = try ResultsStore(experiment, folder: folder.path + "/out").run()
    return outcome
  }

  @Test func `a file that is as it was is used`() throws {
    guard case .finished = try run({ _ in }) else {
      Issue.record("the run did not finish")
      return
    }
  }

  @Test func `a file of another length is refused, since its hash would not be that of what was read`() {
    let error = #expect(throws: ResultsError.self) {
      try run { try "x,y\n1,2\n2,33\n".write(toFile: $0, atomically: false, encoding: .utf8) }
    }
    #expect(error?.description.hasSuffix("/t.csv: the data file has changed since it was read; run again") == true)
  }

  @Test func `a file of another time is refused`() {
    let error = #expect(throws: ResultsError.self) {
      try run { try FileManager.default.setAttributes([.modificationDate: Date(timeIntervalSince1970: 1e9)], ofItemAtPath: $0) }
    }
    #expect(error?.description.hasSuffix("/t.csv: the data file has changed since it was read; run again") == true)
  }

  @Test func `a file that is gone is told`() {
    let error = #expect(throws: ResultsError.self) { try run { try FileManager.default.removeItem(atPath: $0) } }
    #expect(error?.description.hasSuffix("/t.csv: the data file is gone since the scenario was read; put it back and run again") == true)
  }
}
