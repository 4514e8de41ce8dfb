import SkewlabComponents
import SkewlabEngine
import SkewlabExperiments
import SkewlabNumerics
import Testing

@Suite struct SummaryTests {
  static let document: ScenarioDocument = [
    "seed": 3, "cycles": 3, "rows": 200, "replicates": 5, "world": ["kind": "gaussian", "features": 2],
    "arms": [["name": "a, quoted"], ["name": "b", "set": ["feedback": [["kind": "label-follows-prediction", "strength": 0.5]]]]],
  ]

  @Test func `means and intervals are those of the replicates`() throws {
    let results = try Experiment(Self.document).run()
    let values = results.summary.replicates(arm: 1, cycle: 3, metric: "served_loss").compactMap { $0 }
    #expect(values.count == 5)
    let mean = values.reduce(0, +) / 5
    let sd = (values.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / 4).squareRoot()
    let interval = try #require(results.summary.interval(arm: "b", cycle: 3, metric: "served_loss"))
    // 2.7764451051977987 is Student's t quantile of 0.975 at 4 degrees of freedom (SciPy 1.17.1).
    let half = 2.7764451051977987 * sd / 5.0.squareRoot()
    let ulps = 1e-13  // sums of five numbers
    #expect(abs(interval.mean - mean) < ulps * abs(mean))
    #expect(abs((interval.high ?? 0) - (mean + half)) < ulps * 10)
    #expect(abs((interval.low ?? 0) - (mean - half)) < ulps * 10)
  }

  @Test func `differences are paired by replicate`() throws {
    let results = try Experiment(Self.document).run()
    let a = results.summary.replicates(arm: 0, cycle: 2, metric: "untouched_loss").compactMap { $0 }
    let b = results.summary.replicates(arm: 1, cycle: 2, metric: "untouched_loss").compactMap { $0 }
    let difference = try #require(results.summary.difference(arm: "b", minus: "a, quoted", cycle: 2, metric: "untouched_loss"))
    let mean = zip(b, a).map(-).reduce(0, +) / 5
    #expect(abs(difference.mean - mean) < 1e-15 + 1e-13 * abs(mean))
  }

  @Test func `files are plain CSV with quotes where a name needs them`() throws {
    let lines = try Experiment(Self.document).run().summary.csv().split(separator: "\n")
    #expect(lines[0] == "arm,cycle,metric,n,mean,sd,ci_low,ci_high,theory,theory_kind")
    #expect(lines[1].hasPrefix("\"a, quoted\",0,fits,5,0,0,0,0"))
    #expect(lines.allSatisfy { $0.split(separator: ",", omittingEmptySubsequences: false).count == ($0.hasPrefix("\"") ? 11 : 10) })
  }

  @Test func `one replicate has no interval`() throws {
    var document = Self.document
    document.root["replicates"] = 1
    let interval = try #require(Experiment(document).run().summary.interval(arm: "b", cycle: 1, metric: "served_loss"))
    #expect(interval.low == nil && interval.high == nil)
  }

  @Test func `a loop beyond its limit ends as diverged and has no interval`() throws {
    var document = Self.document
    document.root["cycles"] = 400
    document.root["arms"] = [["name": "wild", "set": ["feedback": [["kind": "label-follows-prediction", "strength": 3.0]]]]]
    let results = try Experiment(document).run()
    #expect(results.runs.allSatisfy { $0.ending == "diverged" })
    for run in results.runs {
      #expect(run.cycles.count < 401)
      #expect(run.cycles.allSatisfy { cycle in cycle.values.allSatisfy { $0?.isFinite ?? true } })
    }
    let last = results.summary.csv().split(separator: "\n").filter { $0.hasPrefix("wild,5,served_loss") }
    #expect(last.count == 1 && last[0].split(separator: ",", omittingEmptySubsequences: false)[6..<8].allSatisfy(\.isEmpty))
  }
}
