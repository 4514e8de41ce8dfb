import Foundation
import SkewlabEngine
import SkewlabExperiments
import SkewlabScenarios
import Testing

/// Every number of every file, beside a second simulator's (Tests/Reference/second_simulator.py: NumPy 2.4.6, SciPy 1.17.1).
@Suite struct WholeRunTests {
  /// Sums of up to 8,205 terms of size one in another order, through up to six fits, one after another.
  static let rounding = 1e-12
  /// Huber's iterations end when no prediction changes by more than 1e-11 of the outcome's deviation.
  static let iterations = 1e-10
  static let root = Bundle.module.bundleURL.appendingPathComponent("WholeRuns")
  static let cases = [
    "classes", "classes-in-order", "differences", "forgetting", "groups", "learners", "moved", "policies", "queue", "regression",
    "responses", "ties",
  ]

  @Test func `every folder is a case`() throws {
    #expect(try FileManager.default.contentsOfDirectory(atPath: Self.root.path).sorted() == Self.cases)
  }

  @Test(arguments: cases)
  func `every column of every file is what a second simulator says`(name: String) throws {
    let folder = Self.root.appendingPathComponent(name)
    let out = FileManager.default.temporaryDirectory.appendingPathComponent("skewlab-" + UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: out) }
    let tolerance = name == "learners" ? Self.iterations : Self.rounding
    let document = try ScenarioDocument(contentsOf: folder.appendingPathComponent("scenario.yaml").path)
    _ = try ResultsStore(Experiment(document), folder: out.path).run(jobs: 1)
    for file in ["cycles.csv", "parameters.csv", "summary.csv", "comparison.csv"] {
      let expected = try Self.cells(folder.appendingPathComponent(file)), found = try Self.cells(out.appendingPathComponent(file))
      // What theory expects is held to elsewhere.
      #expect(found[0] == expected[0] + (file == "summary.csv" ? ["theory", "theory_kind"] : []), "\(file)")
      #expect(found.count == expected.count, "\(file)")
      var wrong = 0
      for (line, (row, wanted)) in zip(found, expected).enumerated() {
        for (column, (cell, figure)) in zip(row, wanted).enumerated() where !Self.agree(cell, figure, tolerance) {
          wrong += 1
          if wrong <= 5 { Issue.record("\(name)/\(file):\(line + 1) \(wanted): \(expected[0][column]) is \(cell), not \(figure)") }
        }
      }
      #expect(wrong == 0, "\(name)/\(file)")
    }
  }

  static func cells(_ file: URL) throws -> [[String]] {
    try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
  }

  static func agree(_ cell: String, _ figure: String, _ tolerance: Double) -> Bool {
    guard let value = Double(cell), let expected = Double(figure) else { return cell == figure }
    return abs(value - expected) <= tolerance * max(1, abs(expected))
  }
}
