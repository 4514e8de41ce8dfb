internal import SkewlabNumerics
internal import SystemPackage

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// The folder of an experiment: parts while it runs, files when it is done. Every file is written under another name and then renamed.
struct ResultsFolder: Sendable {
  let path: String
  /// Called before each step of completing the files, so that tests can fail there.
  var willDo: @Sendable (_ step: String) throws(ResultsError) -> Void = { _ in }

  /// The files of finished results; the manifest, first to be deleted and last to be written, says that the others are there.
  static let files = [
    "manifest.json", "cycles.csv", "summary.csv", "comparison.csv", "parameters.csv", "deployments.csv", "alarms.csv", "screen.csv",
    "attribution.csv",
  ]

  private static let parts = "parts"
  /// What says whose parts these are.
  private static let owner = "parts/experiment"
  private static func partName(_ index: Int) -> String { "\(parts)/run-\(index).part" }

  private func path(of name: String) -> String { path + "/" + name }
  private func has(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(of: name)) }

  /// The names in it; none when it is not there.
  func names() throws(ResultsError) -> [String] {
    var isFolder = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return [] }
    guard isFolder else { throw ResultsError(path: path, reason: "this is a file, and results need a folder; choose another with --out") }
    do { return try FileManager.default.contentsOfDirectory(atPath: path) } catch {
      throw ResultsError(path: path, reason: "the folder cannot be read; check its permissions or choose another with --out")
    }
  }

  /// The text of a file in the folder; `nil` without one.
  func read(_ name: String) -> String? {
    FileManager.default.contents(atPath: path(of: name)).flatMap { String(validating: $0, as: UTF8.self) }
  }

  // MARK: Parts

  /// Makes the folder, and the one for the parts of this experiment.
  func create(owner: String) throws(ResultsError) {
    do { try FileManager.default.createDirectory(atPath: path(of: Self.parts), withIntermediateDirectories: true) } catch {
      let isFull = (error as? CocoaError)?.code == .fileWriteOutOfSpace
      if isFull || FileManager.default.fileExists(atPath: path) { throw ResultsError(path: path, error) }
      throw ResultsError(path: path, reason: "the folder cannot be made; check the permissions or choose another with --out")
    }
    if read(Self.owner) != owner {
      try? FileManager.default.removeItem(atPath: path(of: Self.owner))
      try writeFile(owner, to: path(of: Self.owner))
    }
  }

  /// Whose parts are here; `nil` when a run was stopped before it could say so, or none was here.
  func owner() -> String? { read(Self.owner) }

  /// How many parts are here.
  func parts() -> Int {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path(of: Self.parts))) ?? []
    return names.count { $0.hasSuffix(".part") }
  }

  /// A part that is whole and of this experiment; one that is not is deleted.
  func part(_ index: Int, of run: PlannedRun, fingerprint: String) throws(ResultsError) -> RunResult? {
    let name = Self.partName(index)
    guard has(name) else { return nil }
    let bytes: [UInt8]
    // One that cannot be read now may be whole.
    do throws(FileProblem) { bytes = try BlockFile(path: path(of: name)).rest() } catch {
      throw ResultsError(path: path(of: name), reason: error.reason)
    }
    if let result = String(validating: bytes, as: UTF8.self).flatMap({ Part.parse($0, fingerprint: fingerprint, run: run) }) {
      return result
    }
    try? FileManager.default.removeItem(atPath: path(of: name))
    return nil
  }

  /// Writes a part. It says itself whether it is whole, so that nobody waits for the disk.
  func write(_ result: RunResult, index: Int, fingerprint: String) throws(ResultsError) {
    try writeFile(Part.text(result, fingerprint: fingerprint), to: path(of: Self.partName(index)))
  }

  /// Deletes the parts, and their folder unless there is something else in it.
  func removeParts() {
    let folder = path(of: Self.parts)
    func names() -> [String] { (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] }
    // What says whose parts these are goes last.
    for name in names() where name.hasPrefix("run-") && (name.hasSuffix(".part") || name.hasSuffix(".writing")) {
      try? FileManager.default.removeItem(atPath: folder + "/" + name)
    }
    for name in [Self.owner, FileWriter.temporaryName(of: Self.owner)] { try? FileManager.default.removeItem(atPath: path(of: name)) }
    if names().isEmpty { try? FileManager.default.removeItem(atPath: folder) }
  }

  /// Deletes the folder if nothing is in it.
  func removeIfEmpty() {
    if let names = try? names(), names.isEmpty { try? FileManager.default.removeItem(atPath: path) }
  }

  // MARK: Files

  /// Deletes the files of an earlier run, finished or not, those that this one adds, and nothing else.
  func removeFiles(additional: [String]) throws(ResultsError) {
    for name in (Self.files + additional.filter { !Self.files.contains($0) }).flatMap({ [$0, FileWriter.temporaryName(of: $0)] }) {
      var isFolder = false
      guard FileManager.default.fileExists(atPath: path(of: name), isDirectory: &isFolder) else { continue }
      if isFolder { throw ResultsError(path: path(of: name), reason: ResultsError.folderInTheWay) }
      do { try FileManager.default.removeItem(atPath: path(of: name)) } catch {
        throw ResultsError(path: path(of: name), reason: "an earlier result cannot be replaced; check its permissions")
      }
    }
  }

  /// Whether all files of these names are in it.
  func hasFiles(_ names: [String]) -> Bool { names.allSatisfy(has) }

  /// A file that gets its name with the others, by ``publish(_:)``.
  func writer(_ name: String) throws(ResultsError) -> FileWriter {
    try willDo("open \(name)")
    return try FileWriter(path(of: name))
  }

  /// Completes files, and then gives them their names, in this order.
  func publish(_ files: [FileWriter]) throws(ResultsError) {
    for file in files {
      try willDo("finish \(file.target)")
      try file.finish(isDurable: true)
    }
    for file in files {
      try willDo("name \(file.target)")
      try file.giveName()
    }
    // The names, too, are on the disk before the parts go.
    do {
      let folder = try FileDescriptor.open(FilePath(path), .readOnly)
      defer { try? folder.close() }
      try waitForDisk(folder, path: path)
    } catch let error as ResultsError {
      throw error
    } catch {
      throw ResultsError(path: path, error)
    }
  }
}
