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

  @Test(arguments: [(-1.02, true), (-0.98, false), (-1.3, true), (-0.8, false)], [40, 60, 100])
  func `a ring that grows, or dies out, is no cycle`(loop: (a: Double, grows: Bool), fits: Int) {
    let path = (0..<fits).map { [1 + pow(loop.a, Double($0)), 2 - 3 * pow(loop.a, Double($0))] }
    // What is left of 0.8^k at the end of 100 fits is 1e-9 of the size.
    if loop.a == -0.8, fits == 100 { return }
    #expect(PathStatus(path) == .ringing(isGrowing: loop.grows))
  }

  @Test(arguments: [40, 60, 200]) func `a ring that grows is seen in noise of a hundredth of it`(fits: Int) {
    for set in 0..<100 {
      let path = Self.autoregression(-1.02, noise: 0.01, start: 1, fits: fits, set: set)
      #expect(PathStatus(path) == .ringing(isGrowing: true), "set \(set)")
    }
  }

  /// Stationary: swings die out and come again. One that is seen has grown before: 1 in 200 is called growing (10 of 2,000 in a prototype), hence 2.5 here, and more than 10 once in 7,000.
  @Test(arguments: [60, 200]) func `a ring in noise that neither grows nor dies out is not said to grow`(fits: Int) {
    let growing = (0..<500).count {
      PathStatus(Self.autoregression(-0.98, noise: 1, start: 0, fits: fits, set: $0)) == .ringing(isGrowing: true)
    }
    #expect(growing <= 10, "\(growing) of 500")
  }

  /// At the limit itself swings are a random walk: of 1,000 at most 2 are expected to be called ringing, and 9 once in 4,000.
  @Test(arguments: [0.0, 0.01, 0.1], [40, 60, 200]) func `a loop that multiplies errors by −1 has period 2`(noise: Double, fits: Int) {
    let statuses = (0..<1000).map { PathStatus(Self.autoregression(-1, noise: noise, start: 10, fits: fits, set: $0)) }
    #expect(statuses.count { $0 == .cycling(period: 2) } >= 991, "\(Set(statuses.map(\.description)))")
  }

  @Test(arguments: [2, 3, 5]) func `noise about a swing that stays is no growth`(period: Int) {
    let wrong = (0..<500).count { set in
      let noise = Self.autoregression(0, noise: 0.05, start: 0, fits: 60, set: set)
      return PathStatus(noise.enumerated().map { k, x in [x[0] + Double(k % period)] }) != .cycling(period: period)
    }
    #expect(wrong <= 5, "\(wrong) of 500")
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
