import Foundation
import Testing

/// The built command, run as a user runs it.
struct CommandLineRun {
  let status: Int32
  let output: String
  let error: String

  /// The command beside the test bundle.
  static let executable: URL = {
    let bundle = Bundle.allBundles.map(\.bundleURL) + [URL(filePath: CommandLine.arguments[0])]
    let folders = bundle.map { $0.deletingLastPathComponent() }
    return folders.map { $0.appendingPathComponent("skewlab") }.first { FileManager.default.isExecutableFile(atPath: $0.path) }
      ?? URL(filePath: #filePath).appendingPathComponent("../../../.build/release/skewlab").standardized
  }()

  init(
    _ arguments: [String], in folder: URL, environment more: [String: String] = [:], signal number: Int32? = nil,
    after delay: TimeInterval = 0
  ) throws {
    let process = Process()
    process.executableURL = Self.executable
    process.arguments = arguments
    process.currentDirectoryURL = folder
    var environment = ProcessInfo.processInfo.environment
    environment["COLUMNS"] = "100"
    environment.merge(more) { $1 }
    process.environment = environment
    let files = (0..<2).map { _ in folder.appendingPathComponent(".stream-" + UUID().uuidString) }
    for file in files { _ = FileManager.default.createFile(atPath: file.path, contents: nil) }
    process.standardOutput = try FileHandle(forWritingTo: files[0])
    process.standardError = try FileHandle(forWritingTo: files[1])
    try process.run()
    if let number {
      Thread.sleep(forTimeInterval: delay)
      kill(process.processIdentifier, number)
    }
    process.waitUntilExit()
    status = process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
    output = try String(contentsOf: files[0], encoding: .utf8)
    error = try String(contentsOf: files[1], encoding: .utf8)
    for file in files { try FileManager.default.removeItem(at: file) }
  }
}

/// A folder of one test, deleted with it.
final class Scratch {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent("skewlab-" + UUID().uuidString)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func write(_ text: String, to name: String) throws {
    try text.write(to: url.appendingPathComponent(name), atomically: true, encoding: .utf8)
  }

  func read(_ name: String) throws -> String { try String(contentsOf: url.appendingPathComponent(name), encoding: .utf8) }
  func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: url.appendingPathComponent(name).path) }
  func run(_ arguments: String...) throws -> CommandLineRun { try CommandLineRun(arguments, in: url) }
}
