import Foundation
import SkewlabEngine
import SkewlabExperiments
import SkewlabNumerics
import Testing

/// What is said of the path of models: on paths with a known law, and on loops whose end theory knows (F1).
@Suite struct PathStatusTests {
  /// x_k = a·x_{k−1} + noise in three parameters, from a start.
  static func autoregression(_ a: Double, noise: Double, start: Double, fits: Int, set: Int) -> [[Double]] {
    let draws = (0..<3).map { j in
      RandomStream(seed: 4, name: "tests/paths/\(j)").normals(count: fits, at: .init(replicate: set, cycle: 0))
    }
    var x = Array(repeating: start, count: 3)
    return (0..<fits).map { k in
      x = x.indices.map { a * x[$0] + noise * draws[$0][k] }
      return x
    }
  }

  /// 500 paths of three parameters each: of independent values 1,500/20,160 = 0.07 false alarms are expected; with correlated neighbours more, and one in a hundred is allowed.
  @Test(arguments: [-0.5, 0.0, 0.5], [40, 200]) func `stationary noise has converged`(a: Double, fits: Int) {
    let wrong = (0..<500).count { PathStatus(Self.autoregression(a, noise: 1, start: 0, fits: fits, set: $0)) != .converged }
    #expect(wrong <= 5, "\(wrong) of 500")
  }

  @Test(arguments: 0..<50) func `a drift of a tenth of the noise a fit is seen in 200 fits`(set: Int) {
    let path = Self.autoregression(0.2, noise: 1, start: 0, fits: 200, set: set).enumerated().map { k, x in x.map { $0 + 0.1 * Double(k) } }
    #expect(PathStatus(path) == .moving)
  }

  @Test(arguments: [2, 3, 5]) func `a path that comes back has its period`(period: Int) {
    let noise = Self.autoregression(0, noise: 0.05, start: 0, fits: 60, set: period)
    let path = noise.enumerated().map { k, x in [x[0] + cos(2 * .pi * Double(k) / Double(period)), x[1] + Double(k % period)] }
    #expect(PathStatus(path) == .cycling(period: period))
  }

  @Test func `a path without noise has converged when its digits stand, and moves before`() {
    func path(_ fits: Int) -> [[Double]] { (0..<fits).map { [1 - pow(0.8, Double($0)), 2] } }
    #expect(PathStatus(path(24)) == .moving)
    #expect(PathStatus(path(400)) == .converged)
    #expect(PathStatus(Array(repeating: [1.0, 2], count: 20)) == .converged)
  }

  @Test func `a path of fewer than 16 fits is too short`() {
    #expect(PathStatus(Array(repeating: [1.0], count: 15)) == .tooShort)
    #expect(PathStatus(Array(repeating: [1.0], count: 16)) == .converged)
    #expect(PathStatus([]) == .tooShort)
  }

  @Test(arguments: [(0.5, "converged"), (-1.0, "period 2"), (1.05, "moving"), (3.0, "diverged")])
  func `loops end as theory says`(strength: Double, word: String) throws {
    let document: ScenarioDocument = [
      "seed": 3, "cycles": 60, "rows": 2000, "replicates": 4, "world": ["kind": "gaussian", "features": 3], "metrics": ["loss"],
      "feedback": [["kind": "label-follows-prediction", "strength": .number(strength)]],
      "arms": [["name": "loop", "set": ["cycles": .integer(strength == 3 ? 400 : 60)]]],
    ]
    for run in try Experiment(document).run().runs { #expect(PathStatus(run).description.hasPrefix(word)) }
  }
}
