import Foundation
import SkewlabComponents
import SkewlabEngine
import SkewlabExperiments
import Testing

/// Files of experiments in which runs end early, arms differ in their columns, or a cell is empty; counted by hand.
@Suite struct PartialRunTests {
  /// x is 1 to 12, in order; y = x in cycles 0 and 1, and jumps by 10 after.
  static func files(_ sections: (String, DocumentNode)..., arms: DocumentNode) throws -> [String: [[String]]] {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("skewlab-" + UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let rows = (1...12).map { "\($0),\($0 + ($0 > 8 ? 10 : 0))" }
    try ("x,y\n" + rows.joined(separator: "\n") + "\n").write(
      to: folder.appendingPathComponent("t.csv"), atomically: true, encoding: .utf8)
    var document: ScenarioDocument = [
      "cycles": 2, "rows": 4, "replicates": 2, "evaluation": ["share": 0], "metrics": ["mean-prediction", "fits"],
      "world": ["kind": "table", "path": "t.csv", "target": "y", "draw": "in-order"], "learner": "constant", "arms": arms,
    ]
    document.folder = folder.path
    for (key, value) in sections { document.root[key] = value }
    let out = folder.appendingPathComponent("out")
    _ = try ResultsStore(Experiment(document), folder: out.path).run(jobs: 1)
    var files: [String: [[String]]] = [:]
    for name in ["cycles.csv", "parameters.csv", "summary.csv", "comparison.csv"] {
      files[name] = try? WholeRunTests.cells(out.appendingPathComponent(name))
    }
    return files
  }

  @Test func `a table that ends after an arm's cycles leaves the rest of them out`() throws {
    let files = try Self.files(("cycles", 5), arms: [["name": "long"], ["name": "short", "set": ["cycles": 1]]])
    #expect(
      files["cycles.csv"] == [
        ["arm", "replicate", "cycle", "served_mean_prediction", "untouched_mean_prediction", "fits"],
        ["long", "0", "0", "", "", "0"], ["long", "0", "1", "2.5", "2.5", "1"], ["long", "0", "2", "6.5", "6.5", "2"],
        ["long", "1", "0", "", "", "0"], ["long", "1", "1", "2.5", "2.5", "1"], ["long", "1", "2", "6.5", "6.5", "2"],
        ["short", "0", "0", "", "", "0"], ["short", "0", "1", "2.5", "2.5", "1"],
        ["short", "1", "0", "", "", "0"], ["short", "1", "1", "2.5", "2.5", "1"],
      ])
    let summary = try #require(files["summary.csv"]).map { Array($0.prefix(8)) }
    #expect(
      summary == [
        ["arm", "cycle", "metric", "n", "mean", "sd", "ci_low", "ci_high"],
        ["long", "0", "fits", "2", "0", "0", "0", "0"],
        ["long", "1", "served_mean_prediction", "2", "2.5", "0", "2.5", "2.5"],
        ["long", "1", "untouched_mean_prediction", "2", "2.5", "0", "2.5", "2.5"], ["long", "1", "fits", "2", "1", "0", "1", "1"],
        ["long", "2", "served_mean_prediction", "2", "6.5", "0", "6.5", "6.5"],
        ["long", "2", "untouched_mean_prediction", "2", "6.5", "0", "6.5", "6.5"], ["long", "2", "fits", "2", "2", "0", "2", "2"],
        ["short", "0", "fits", "2", "0", "0", "0", "0"],
        ["short", "1", "served_mean_prediction", "2", "2.5", "0", "2.5", "2.5"],
        ["short", "1", "untouched_mean_prediction", "2", "2.5", "0", "2.5", "2.5"], ["short", "1", "fits", "2", "1", "0", "1", "1"],
      ])
    #expect(
      files["comparison.csv"] == [
        ["arm", "baseline", "cycle", "metric", "n", "mean", "sd", "ci_low", "ci_high"],
        ["short", "long", "0", "fits", "2", "0", "0", "0", "0"],
        ["short", "long", "1", "served_mean_prediction", "2", "0", "0", "0", "0"],
        ["short", "long", "1", "untouched_mean_prediction", "2", "0", "0", "0", "0"],
        ["short", "long", "1", "fits", "2", "0", "0", "0", "0"],
      ])
    #expect(
      files["parameters.csv"]?.filter { $0[0] == "arm" || $0[1] == "0" } == [
        ["arm", "replicate", "cycle", "parameter", "value"],
        ["long", "0", "0", "intercept", "2.5"], ["long", "0", "0", "x", "0"], ["long", "0", "1", "intercept", "6.5"],
        ["long", "0", "1", "x", "0"], ["long", "0", "2", "intercept", "20.5"], ["long", "0", "2", "x", "0"],
        ["short", "0", "0", "intercept", "2.5"], ["short", "0", "0", "x", "0"], ["short", "0", "1", "intercept", "6.5"],
        ["short", "0", "1", "x", "0"],
      ])
  }

  @Test func `a column that one arm alone has is empty in the others, and is compared with nothing`() throws {
    let files = try Self.files(arms: [["name": "a"], ["name": "b", "set": ["metrics": ["fits", "rmse"]]]])
    let cycles = try #require(files["cycles.csv"])
    #expect(
      cycles[0] == [
        "arm", "replicate", "cycle", "served_mean_prediction", "untouched_mean_prediction", "fits", "served_rmse", "untouched_rmse",
      ])
    // Errors of cycle 1, y = 5…8 against 2.5: √(mean of 2.5², 3.5², 4.5², 5.5²).
    let error = (17.25).squareRoot().description
    #expect(
      cycles.filter { $0[2] == "1" && $0[1] == "0" } == [
        ["a", "0", "1", "2.5", "2.5", "1", "", ""], ["b", "0", "1", "", "", "1", error, error],
      ])
    #expect(Set(try #require(files["comparison.csv"]).dropFirst().map { $0[3] }) == ["fits"])
    let summary = try #require(files["summary.csv"]).dropFirst()
    #expect(Set(summary.filter { $0[0] == "a" }.map { $0[2] }) == ["served_mean_prediction", "untouched_mean_prediction", "fits"])
    #expect(Set(summary.filter { $0[0] == "b" }.map { $0[2] }) == ["fits", "served_rmse", "untouched_rmse"])
  }

  @Test func `an only arm is compared with nothing`() throws {
    let files = try Self.files(arms: [["name": "a"]])
    #expect(files["comparison.csv"] == nil && files["summary.csv"] != nil)
  }

  @Test func `a run that diverges is averaged as far as it lived, without an interval`() throws {
    let wild: DocumentNode = [["kind": "label-follows-prediction", "form": "additive", "strength": 1e80]]
    let files = try Self.files(
      ("learner", "constant"), ("metrics", ["fits"]), arms: [["name": "tame"], ["name": "wild", "set": ["feedback": wild]]])
    // Cycle 1 serves 2.5 and logs outcomes of 2.5e80; the squared error of those is beyond 1e150.
    #expect(
      files["cycles.csv"]?.filter { $0[0] == "wild" } == [["wild", "0", "0", "0"], ["wild", "1", "0", "0"]])
    #expect(
      files["summary.csv"]?.filter { $0[0] == "wild" }.map { Array($0.prefix(8)) } == [["wild", "0", "fits", "2", "0", "0", "", ""]])
    #expect(files["comparison.csv"]?.dropFirst().map { $0 } == [["wild", "tame", "0", "fits", "2", "0", "0", "", ""]])
  }
}
