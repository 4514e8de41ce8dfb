import OrderedCollections
import Foundation
import SkewlabComponents
import SkewlabEngine
import SkewlabNumerics
import Testing

/// Figures of Tests/Reference/components.py (NumPy 2.4.6, SciPy 1.17.1): sums of a few numbers, so a few units in the last place.
let fewUlps = 1e-14

func expectClose(_ value: Double, _ expected: Double, relative: Double = fewUlps, _ what: Comment? = nil) {
  #expect(abs(value - expected) <= relative * max(abs(expected), .leastNormalMagnitude), what ?? "\(value) is not \(expected)")
}

/// A scenario with this world (gaussian unless given) and what else a test needs.
func scenario(_ sections: (String, DocumentNode)...) throws -> Scenario {
  var document: ScenarioDocument = ["world": "gaussian", "cycles": 2, "rows": 100]
  for (key, node) in sections { document.root[key] = node }
  return try Scenario(document, catalog: .standard)
}

/// A folder with one table, deleted with it.
final class TableFile {
  let folder: URL

  convenience init(_ text: String) throws { try self.init(bytes: Array(text.utf8)) }

  init(bytes: [UInt8]) throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("skewlab-" + UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Data(bytes).write(to: folder.appendingPathComponent("t.csv"))
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  func scenario(_ world: DocumentNode = [:], _ sections: (String, DocumentNode)...) throws -> Scenario {
    var node: DocumentNode = ["kind": "table", "path": "t.csv", "target": "y"]
    for (key, value) in world.entries ?? [:] { node[key] = value }
    var document: ScenarioDocument = ["world": node, "cycles": 2, "rows": 2, "pipeline": ["impute", "one-hot"]]
    for (key, value) in sections { document.root[key] = value }
    document.folder = folder.path
    return try Scenario(document, catalog: .standard)
  }
}
