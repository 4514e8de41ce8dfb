import Foundation
import SkewlabComponents
import SkewlabEngine
import SkewlabExperiments
import SkewlabScenarios
import Synchronization
import Testing

/// Mutations of good scenarios and tables by a seeded mutator: whatever comes in, it is read or refused, with a place, within two seconds of processor time, and nothing crashes.
@Suite struct FuzzTests {
  /// Ends the tests where one mutant takes minutes: something hangs, and nobody would learn of what.
  final class Watchdog: Sendable {
    private let current = Mutex<(text: String, since: ContinuousClock.Instant, isStopped: Bool)>(("", .now, false))

    init() {
      Thread.detachNewThread { [self] in
        while true {
          sleep(1)
          let (text, since, isStopped) = current.withLock { $0 }
          if isStopped { return }
          if ContinuousClock.now - since < .seconds(120) { continue }
          FileHandle.standardError.write(Data("a mutant hangs:\n\(text)\n".utf8))
          exit(1)
        }
      }
    }

    func expect(_ text: String) { current.withLock { $0 = (text, .now, false) } }
    func stop() { current.withLock { $0.isStopped = true } }
  }

  static let scenarios = [
    """
    name: fuzz
    seed: 7
    cycles: 2
    rows: 30
    replicates: 1
    evaluation: {share: 0.2}
    world: {kind: gaussian, features: 3, mean: [1, 2, 3], covariance: {autoregressive: 0.5}, coefficients: {random: 2}, noise: {shape: student-t, sd: 2}}
    pipeline: [{kind: log1p, features: [x1]}, {kind: impute, features: [x1], indicator: true}, {kind: standardize, ddof: 1}]
    discrepancies: [{kind: unit, features: [x2], factor: 0.5, from: 1, until: 2, share: 0.5}]
    feedback:
      - {kind: label-follows-prediction, form: pull, strength: 0.5, exposed: 0.9}
      - {kind: anchoring, usage: 0.3, adherence: 0.2}
    learner: {kind: ridge, penalty: 0.1, intercept: true}
    retraining: {every: 1, window: {decay: 2}}
    metrics: [loss, r2, mae]
    arms: [{name: a}, {name: b, set: {feedback.0.strength: 0.1, learner: ols}, remove: [feedback.1]}]
    """,
    """
    cycles: 2
    rows: 4
    world: {kind: table, path: t.csv, target: y, time: [t], draw: in-order, when-exhausted: wrap, log-target: true}
    pipeline:
      - {kind: impute, with: median}
      - {kind: one-hot, unseen: mode}
      - standardize
    feedback: [anchoring]
    learner: constant
    retraining: never
    """,
  ]
  static let table = "t,x,\"town, or so\",y\n1,2,A,10\n2,,B,20\n3,-1.5e3,\"C \"\"c\"\"\",30\n2,4,,40\n1,5,A,50\n"

  static let fragments = [
    "0", "-1", "1e308", "-1e308", "1e-308", ".nan", ".inf", "99999999999999999999", "null", "~", "''", "[]", "{}", "[[", "}", "*a", "&a",
    "!!binary", "|", ">",
    ": ", "- ", "\t", "\n", "\"", "'", "#", ",", "kind", "world", "é", "\u{0}", "\u{FEFF}", "\r\n", "true", "x1", "feedback.0.strength",
    "NA", "inf", "1,2,3", "%",
  ]

  /// Processor time of this thread: a busy machine does not make it longer.
  static func processorSeconds() -> Double {
    var time = timespec()
    _ = unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  func mutate(_ text: String, _ source: inout Chance) -> [UInt8] {
    var bytes = Array(text.utf8)
    for _ in 0..<(1 + source.below(3)) {
      let at = source.below(bytes.count + 1)
      switch source.below(7) {
      case 0: bytes.insert(contentsOf: Self.fragments[source.below(Self.fragments.count)].utf8, at: at)
      case 1: if at < bytes.count { bytes.removeSubrange(at..<min(bytes.count, at + 1 + source.below(12))) }
      case 2: if at < bytes.count { bytes[at] = UInt8(source.below(256)) }
      case 3:
        let end = min(bytes.count, at + source.below(40))
        bytes.insert(contentsOf: bytes[at..<end], at: source.below(bytes.count + 1))
      case 4:
        var lines = bytes.split(separator: 10, omittingEmptySubsequences: false).map(Array.init)
        lines.swapAt(source.below(lines.count), source.below(lines.count))
        bytes = Array(lines.joined(separator: [10]))
      case 5:
        // A value replaced as a whole, so that many mutants are YAML still.
        guard let start = bytes[at...].firstIndex(of: 58) else { continue }
        let end = bytes[start...].firstIndex { $0 == 44 || $0 == 125 || $0 == 10 } ?? bytes.count
        bytes.replaceSubrange(start..<end, with: Array((": " + Self.fragments[source.below(Self.fragments.count)]).utf8))
      default: bytes.removeSubrange(at...)
      }
    }
    return bytes
  }

  @Test func `20,000 mutated scenarios and tables are read or refused with a place`() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("skewlab-fuzz-" + UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let scenarioFile = folder.appendingPathComponent("s.yaml"), tableFile = folder.appendingPathComponent("t.csv")
    var source = Chance(seed: 20_261_123)
    var accepted = 0, refused = 0, ran = 0, commands = 0
    let watchdog = Watchdog()
    for index in 0..<20_000 {
      let isTable = index % 4 == 3
      let scenario = Self.scenarios[isTable ? 1 : index % 2]
      let scenarioBytes = isTable ? Array(scenario.utf8) : mutate(scenario, &source)
      // A file that is truncated and written again goes to the disk at once on some file systems; a new one does not.
      for file in [scenarioFile, tableFile] { try? FileManager.default.removeItem(at: file) }
      try Data(scenarioBytes).write(to: scenarioFile)
      let tableBytes = isTable ? mutate(Self.table, &source) : Array(Self.table.utf8)
      try Data(tableBytes).write(to: tableFile)
      watchdog.expect(String(decoding: scenarioBytes, as: UTF8.self) + "\n" + String(decoding: tableBytes, as: UTF8.self))
      let start = Self.processorSeconds()
      do throws(ScenarioError) {
        let experiment = try Experiment(ScenarioDocument(contentsOf: scenarioFile.path))
        accepted += 1
        let size = experiment.arms.map { $0.scenario.rows * ($0.scenario.cycles + 1) * $0.scenario.replicates }.reduce(0, +)
        if index % 10 < 4, size < 1000 {
          _ = experiment.run(jobs: 1).summary.csv()
          ran += 1
        }
      } catch {
        refused += 1
        for problem in error.problems {
          let hasPlace = problem.location != nil || problem.message.contains(folder.path)
          #expect(hasPlace, "\(problem.message)\nof:\n\(String(decoding: scenarioBytes, as: UTF8.self))")
        }
      }
      #expect(
        Self.processorSeconds() - start < 2, "mutant \(index) took too long:\n\(String(decoding: scenarioBytes, as: UTF8.self))")
      guard index % 199 == 0 else { continue }
      // The same through the command.
      let run = try CommandLineRun(["validate", "s.yaml"], in: folder)
      #expect(run.status == 0 && run.error == "" || run.status == 65 && run.output == "")
      #expect(run.error.split(separator: "\n").allSatisfy { $0.hasPrefix("error: s.yaml") }, "\(run.error)")
      commands += 1
    }
    watchdog.stop()
    #expect(accepted > 1000 && refused > 5000 && ran > 300, "accepted \(accepted), refused \(refused), run \(ran)")
    report("mutants: \(accepted + refused)")
    report("mutants through the command: \(commands)")
  }
}
