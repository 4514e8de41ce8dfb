internal import SkewlabEngine

/// What there is to say of the fits of an arm, over all its replicates and cycles.
public struct FitCounts: Sendable {
  /// The arm.
  public let arm: String
  /// Models fitted.
  public private(set) var fits = 0
  /// Those whose design had less than full rank, so that they are minimum-norm solutions.
  public private(set) var deficient = 0
  /// Those whose iterations did not converge.
  public private(set) var unconverged = 0
  /// Those of the unconverged whose window had outcomes of one class only.
  public private(set) var oneClass = 0
  /// Iterations of all of them together; 0 for a learner in closed form.
  public private(set) var iterations = 0

  /// What became of the models, and in how many runs, the most frequent first.
  public private(set) var paths: [(status: String, runs: Int)] = []

  init(arm: String) { self.arm = arm }

  mutating func add(_ path: PathStatus) {
    let status = if case .diverged = path { "diverged" } else { path.description }
    if let known = paths.firstIndex(where: { $0.status == status }) { paths[known].runs += 1 } else { paths.append((status, 1)) }
    paths.sort { $0.runs != $1.runs ? $0.runs > $1.runs : $0.status < $1.status }
  }

  mutating func add(_ fit: RunResult.Fit) {
    fits += 1
    if fit.deficientRank != nil { deficient += 1 }
    if let certificate = fit.certificate {
      iterations += certificate.iterations
      if !certificate.converged { unconverged += 1 }
      if certificate.hasOneClass { oneClass += 1 }
    }
  }
}
