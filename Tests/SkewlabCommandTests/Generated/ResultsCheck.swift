import Foundation

/// What must hold of every folder of results.
enum ResultsCheck {
  /// The CSV files of a finished folder: all there, nothing left behind, no infinity and no NaN.
  static func csvFiles(in folder: URL) throws -> [String: Data] {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    for name in ["cycles.csv", "summary.csv", "parameters.csv", "deployments.csv", "manifest.json"] where !names.contains(name) {
      throw Trial.Failure(reason: "no \(name)")
    }
    if let left = names.first(where: { $0.hasSuffix(".writing") || $0 == "parts" }) {
      throw Trial.Failure(reason: "\(left) is left behind")
    }
    var files: [String: Data] = [:]
    for name in names where name.hasSuffix(".csv") {
      let data = try Data(contentsOf: folder.appendingPathComponent(name))
      try expectFinite(data, name)
      files[name] = data
    }
    return files
  }

  /// Refuses a file with a cell that is no number and not absent. Names of arms and features stand in quotes where they would look like it.
  private static func expectFinite(_ data: Data, _ name: String) throws {
    let lines = data.split(separator: 10)
    guard let header = lines.first else { throw Trial.Failure(reason: "\(name) is empty") }
    let columns = header.split(separator: 44, omittingEmptySubsequences: false).map { String(decoding: $0, as: UTF8.self) }
    let names: Set = ["arm", "baseline", "player", "feature", "metric", "parameter", "kind", "step", "subset", "with", "name"]
    for line in lines.dropFirst() where !line.contains(34) {
      let cells = line.split(separator: 44, omittingEmptySubsequences: false)
      for (cell, column) in zip(cells, columns) where cell.count <= 4 && !names.contains(column) {
        let text = String(decoding: cell, as: UTF8.self).lowercased()
        if ["nan", "-nan", "inf", "-inf"].contains(text) {
          throw Trial.Failure(reason: "\(name) has \(text) in \(column): \(String(decoding: line.prefix(200), as: UTF8.self))")
        }
      }
    }
  }

  static func expectSame(_ one: [String: Data], _ other: [String: Data], _ what: String) throws {
    guard one != other else { return }
    let names = Set(one.keys).union(other.keys).filter { one[$0] != other[$0] }.sorted()
    throw Trial.Failure(reason: "\(names.joined(separator: ", ")) differ \(what)")
  }
}
