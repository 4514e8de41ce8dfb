#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// A folder or file that cannot be used for results, and what to do about it.
public struct ResultsError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The folder or file.
  public let path: String
  /// What is wrong, and the next step.
  public let reason: String

  /// A problem with a path.
  public init(path: String, reason: String) {
    self.path = path
    self.reason = reason
  }

  /// `path: reason`.
  public var description: String { "\(path): \(reason)" }
}

/// The folder of an experiment: parts while it runs, files when it is done. Every file is written under another name and then renamed.
struct ResultsFolder: Sendable {
  let path: String

  var partsPath: String { path + "/parts" }
  static let files = ["cycles.csv", "summary.csv", "comparison.csv", "parameters.csv", "alarms.csv", "manifest.json"]

  /// Whether there is anything in it.
  func isEmpty() throws(ResultsError) -> Bool {
    var isFolder = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return true }
    guard isFolder else { throw ResultsError(path: path, reason: "this is a file, and results need a folder; choose another with --out") }
    do { return try FileManager.default.contentsOfDirectory(atPath: path).isEmpty } catch {
      throw ResultsError(path: path, reason: "the folder cannot be read; check its permissions or choose another with --out")
    }
  }

  /// Makes the folder and the one for parts.
  func create() throws(ResultsError) {
    do { try FileManager.default.createDirectory(atPath: partsPath, withIntermediateDirectories: true) } catch {
      throw ResultsError(path: path, reason: "the folder cannot be made; check its permissions or choose another with --out")
    }
  }

  /// Deletes what an earlier run left, and nothing else.
  func clear() throws(ResultsError) {
    for name in Self.files + ["parts"] where FileManager.default.fileExists(atPath: path + "/" + name) {
      do { try FileManager.default.removeItem(atPath: path + "/" + name) } catch {
        throw ResultsError(path: path + "/" + name, reason: "an earlier result cannot be replaced; check its permissions")
      }
    }
  }

  /// Whether files of these names are in it.
  func hasFiles(_ names: [String]) -> Bool { names.allSatisfy { FileManager.default.fileExists(atPath: path + "/" + $0) } }

  /// Deletes the parts.
  func removeParts() { try? FileManager.default.removeItem(atPath: partsPath) }

  /// The text of a file in the folder; `nil` without one.
  func read(_ name: String) -> String? {
    FileManager.default.contents(atPath: path + "/" + name).flatMap { String(validating: $0, as: UTF8.self) }
  }

  static func partName(_ index: Int) -> String { "parts/run-\(index).part" }

  /// Writes a file whole: under a temporary name, then renamed.
  func write(_ text: String, to name: String) throws(ResultsError) {
    var writer = try FileWriter(folder: self, name: name)
    try writer.append(text)
    try writer.close()
  }
}
