import Foundation
import Synchronization
import Testing

/// A command, run as a user runs it: the built `skewlab` unless told otherwise.
struct CommandLineRun {
  /// The exit code; a signal is its negative number.
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

  /// Runs it to its end.
  ///
  /// - Parameters:
  ///   - environment: What differs from this process's own.
  ///   - whileRunning: Called once it has started: the place to wait and send a signal.
  init(
    _ arguments: [String], in folder: URL, executable: URL = Self.executable, environment changes: [String: String] = [:],
    whileRunning: (_ process: Process) -> Void = { _ in }
  ) throws {
    let process = Process()
    process.executableURL = executable
    process.arguments = arguments
    process.currentDirectoryURL = folder
    var environment = ProcessInfo.processInfo.environment
    environment["COLUMNS"] = "100"
    environment.merge(changes) { $1 }
    process.environment = environment
    let files = (0..<2).map { _ in FileManager.default.temporaryDirectory.appendingPathComponent("skewlab-stream-" + UUID().uuidString) }
    for file in files { _ = FileManager.default.createFile(atPath: file.path, contents: nil) }
    defer { for file in files { try? FileManager.default.removeItem(at: file) } }
    process.standardOutput = try FileHandle(forWritingTo: files[0])
    process.standardError = try FileHandle(forWritingTo: files[1])
    try Self.withNoSignalBlocked { try process.run() }
    whileRunning(process)
    process.waitUntilExit()
    status = process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
    output = try String(contentsOf: files[0], encoding: .utf8)
    error = try String(contentsOf: files[1], encoding: .utf8)
  }
}

extension CommandLineRun {
  /// Tests run on threads of a pool, which block signals; a command started there would inherit that, and be interrupted otherwise than a user's.
  private static func withNoSignalBlocked(_ body: () throws -> Void) rethrows {
    var none = sigset_t(), before = sigset_t()
    _ = unsafe sigemptyset(&none)
    _ = unsafe pthread_sigmask(SIG_SETMASK, &none, &before)
    defer { _ = unsafe pthread_sigmask(SIG_SETMASK, &before, nil) }
    try body()
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

  func write(_ text: String, to name: String) throws { try write(Array(text.utf8), to: name) }

  func write(_ bytes: [UInt8], to name: String) throws {
    let file = url.appendingPathComponent(name)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: file)
  }

  func read(_ name: String) throws -> String { try String(contentsOf: url.appendingPathComponent(name), encoding: .utf8) }
  func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: url.appendingPathComponent(name).path) }
  func names(_ folder: String = "") -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: url.appendingPathComponent(folder).path)) ?? []).sorted()
  }
  func run(_ arguments: String...) throws -> CommandLineRun { try CommandLineRun(arguments, in: url) }

  /// Every file in it, with its bytes; folders end in a slash.
  func contents() throws -> [String: Data] {
    var contents: [String: Data] = [:]
    for path in try FileManager.default.subpathsOfDirectory(atPath: url.path) {
      let file = url.appendingPathComponent(path)
      let data = FileManager.default.contents(atPath: file.path)
      contents[data == nil ? path + "/" : path] = data ?? Data()
    }
    return contents
  }
}

private let reports = Mutex(())

/// Reports how much a test did, counted as it was done: `make check` prints these at its end.
func report(_ what: String) {
  print("faults: \(what)")
  guard let path = ProcessInfo.processInfo.environment["SKEWLAB_COUNTS"], let file = FileHandle(forWritingAtPath: path) else { return }
  reports.withLock { _ in
    file.seekToEndOfFile()
    file.write(Data((what + "\n").utf8))
    file.closeFile()
  }
}
