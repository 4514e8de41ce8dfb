import Foundation
import Testing

/// Trials in a child process: what crashes, hangs or eats memory ends the child, and the file it was at is still there.
struct TrialBatch {
  /// A trial that failed, and what it was.
  struct Failure {
    let index: Int
    let reason: String
    let scenario: String
    let table: Data
  }

  private static let done: Int32 = 7, failed: Int32 = 8
  private static let memoryAllowed = 8 << 30
  private static let secondsAllowed: UInt32 = 60

  /// The reason of a trial that was ended. Each try to make it smaller would take as long.
  static let tooSlow = "it did not end within \(secondsAllowed) s"

  let source: Trial.Source
  let seed: UInt64
  let folder: URL
  private(set) var counts: [Trial.Outcome: Int] = [:]
  private(set) var failures: [Failure] = []

  init(_ source: Trial.Source, seed: UInt64) throws {
    self.source = source
    self.seed = seed
    // In memory, where there is such a folder: every result is written to the disk at once.
    let memory = "/dev/shm"
    let parent = FileManager.default.isWritableFile(atPath: memory) ? URL(filePath: memory) : FileManager.default.temporaryDirectory
    folder = parent.appendingPathComponent("skewlab-generated-" + UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for (name, text) in GeneratedTable.contents { try Data(text.utf8).write(to: folder.appendingPathComponent(name)) }
  }

  func remove() { try? FileManager.default.removeItem(at: folder) }

  private var log: URL { folder.appendingPathComponent("log") }

  /// Does these trials, and goes on behind one that fails or ends its process.
  mutating func run(_ indices: Range<Int>) async throws {
    var next = indices.lowerBound
    while next < indices.upperBound {
      let reason = try await child(next..<indices.upperBound, isWritten: false)
      let outcomes = try String(contentsOf: log, encoding: .utf8).split(separator: "\n").compactMap { Trial.Outcome(rawValue: String($0)) }
      for outcome in outcomes { counts[outcome, default: 0] += 1 }
      next += outcomes.count
      guard let reason else { continue }
      let table = source == .tables ? (try? Data(contentsOf: folder.appendingPathComponent("t.csv"))) ?? Data() : Data()
      failures.append(Failure(index: next, reason: reason, scenario: written, table: table))
      next += 1
    }
  }

  /// Why this scenario fails beside this table; `nil` where it does not.
  func failure(index: Int, table: Data) async throws -> String? {
    if source == .tables { try table.write(to: folder.appendingPathComponent("t.csv")) }
    return try await child(index..<(index + 1), isWritten: true)
  }

  private var written: String {
    (try? String(contentsOf: folder.appendingPathComponent(Trial.scenarioName), encoding: .utf8)) ?? "no scenario"
  }

  /// Does trials in a child, until one fails; returns why.
  private func child(_ indices: Range<Int>, isWritten: Bool) async throws -> String? {
    try Data().write(to: log)
    let path = folder.path, source = source, seed = seed, first = indices.lowerBound, count = indices.count
    // Every child ends with an exit code above zero, so that its ending is no failure yet.
    let result = await #expect(processExitsWith: .failure) {
      [
        path = path as String, source = source as Trial.Source, seed = seed as UInt64, first = first as Int, count = count as Int,
        isWritten = isWritten as Bool
      ] in
      try Self.work(path, source, seed, first..<(first + count), isWritten)
    }
    switch result?.exitStatus {
    case .exitCode(Self.done): return nil
    case .exitCode(Self.failed): return try String(contentsOf: log, encoding: .utf8).split(separator: "\n").last.map(String.init)
    case .exitCode(let code): return "the process ended with code \(code)"
    case .signal(SIGALRM): return Self.tooSlow
    case .signal(let signal): return "the process ended by signal \(signal)"
    default: return "the process ended otherwise: \(String(describing: result))"
    }
  }

  private static func work(_ path: String, _ source: Trial.Source, _ seed: UInt64, _ indices: Range<Int>, _ isWritten: Bool) throws -> Never
  {
    var limit = rlimit(rlim_cur: rlim_t(memoryAllowed), rlim_max: rlim_t(memoryAllowed))
    #if canImport(Glibc)
      _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit)
    #else
      _ = unsafe setrlimit(RLIMIT_AS, &limit)
    #endif
    var signals = sigset_t()
    _ = unsafe sigemptyset(&signals)
    _ = unsafe sigaddset(&signals, SIGALRM)
    _ = unsafe pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    // While a failure is made smaller, no traces: each takes seconds.
    if isWritten { for fault in [SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGABRT] { _ = signal(fault, SIG_DFL) } }
    let folder = URL(filePath: path)
    let log = try FileHandle(forWritingTo: folder.appendingPathComponent("log"))
    for index in indices {
      _ = alarm(secondsAllowed)
      let trial = Trial(folder: folder, index: index)
      if !isWritten { try trial.write(source, seed: seed) }
      do {
        log.write(Data((try trial.check().rawValue + "\n").utf8))
      } catch let failure as Trial.Failure {
        log.write(Data(failure.reason.replacing("\n", with: " ").utf8))
        exit(failed)
      }
    }
    exit(done)
  }
}
