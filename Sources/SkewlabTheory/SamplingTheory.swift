internal import SkewlabEngine
internal import SkewlabNumerics

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// What finitely many rows add to the squared losses of a population loop, exactly in expectation.
///
/// For ordinary least squares on the rows of one cycle, fitted anew each cycle, with independent normal rows and outcomes linear in them (THEORY: v, F1, F2 [n]): given the model v_t that serves, the next is
/// v_{t+1} = β̃(v_t) + u, with β̃ the population's answer and E uu′ = N = τ²·E(X̃′X̃)⁻¹ independent of v_t; τ² = o²σ² + what responses add, the noise of the logged outcomes. With R = ∂β̃/∂v and P_t the covariance of v_t,
/// P_{t+1} = RP_tR′ + N, P₁ = N(τ = σ). Expected losses are those at the mean plus tr(S̃P) with the part of it that each loss sees.
///
/// With an intercept, n rows and d features: E(X̃′X̃)⁻¹ in coordinates (1, x − m) is diag(1/n + d/(n(n−d−2)), S⁻¹/(n−d−2)); without one, and mean-zero features, S⁻¹/(n−d−1). Where a share of rows is kept
/// for evaluation n is binomial, and the expectation is over it too.
struct SamplingTheory {
  private let matrices: AffineLoop
  private let outcomeGain: Double
  private let response: Matrix, reading: Matrix
  private let noise: Double
  private let added: Double
  private let inverse: Matrix

  /// The theory of a loop; `nil` where its assumptions do not hold.
  init?(_ loop: PopulationLoop, _ matrices: AffineLoop) {
    let scenario = loop.scenario, form = loop.objective
    let d = matrices.mean.count
    guard loop.isNormal(in: 0), scenario.shifts.isEmpty, form.penalty == 0, matrices.cases.count == 1, !matrices.hasNoise,
      !loop.movesFeatures, !loop.hasMemory,
      (1...scenario.cycles).allSatisfy({ loop.reading(in: $0) == loop.reading(in: 1) }), matrices.trainsOnKept,
      scenario.retraining.component.window == Window(.cycles(1)),
      (1...scenario.cycles).allSatisfy({ scenario.retraining.component.isScheduled(after: $0) == true }),
      matrices.parameters.count == d + (form.hasIntercept ? 1 : 0)
    else { return nil }
    // Without an intercept the features have to be raw and of mean zero.
    if !form.hasIntercept, !scenario.pipeline.steps.isEmpty || matrices.mean.contains(where: { $0 != 0 }) { return nil }
    guard let one = matrices.cases.first, let reading = matrices.reading, let response = matrices.response(one),
      let inverse = Self.inverseDesign(matrices, scenario, hasIntercept: form.hasIntercept)
    else {
      return nil
    }
    self.matrices = matrices
    outcomeGain = one.outcome
    added = one.variance
    self.response = response
    self.reading = reading
    self.inverse = inverse
    let best = loop.best(in: 0)
    noise = max(0, PredictionSums(best, over: loop.untouched(in: 0)).meanSquaredError)
  }

  /// E(X̃′X̃)⁻¹ in coordinates (1, x − m).
  private static func inverseDesign(_ matrices: AffineLoop, _ scenario: Scenario, hasIntercept: Bool) -> Matrix? {
    let d = matrices.mean.count
    let least = d + (hasIntercept ? 3 : 2)
    var slope = 0.0, constant = 0.0, mass = 0.0
    for (n, weight) in fittedRows(scenario) where n >= least {
      let n = Double(n), free = n - Double(d) - (hasIntercept ? 2 : 1)
      slope += weight / free
      constant += weight * (1 / n + Double(d) / (n * free))
      mass += weight
    }
    // Fewer rows than that have no expectation; they have to be as good as impossible.
    guard mass > 1 - 1e-12 else { return nil }
    var covariance = Matrix(rows: d, columns: d)
    for j in 0..<d { for i in 0..<d { covariance[i, j] = matrices.second[i + 1, j + 1] } }
    guard let cholesky = Cholesky(covariance) else { return nil }
    var inverse = Matrix(rows: d + 1, columns: d + 1)
    inverse[0, 0] = hasIntercept ? constant : 0
    for j in 0..<d {
      let column = cholesky.solve(Matrix.identity(d).column(j))
      for i in 0..<d { inverse[i + 1, j + 1] = slope * column[i] }
    }
    return inverse
  }

  /// The number of rows fitted, with its law: binomial where rows are kept for evaluation.
  private static func fittedRows(_ scenario: Scenario) -> [(Int, Double)] {
    let rows = scenario.rows, kept = 1 - scenario.evaluationShare
    if kept == 1 { return [(rows, 1)] }
    let n = Double(rows), sd = (n * kept * (1 - kept)).squareRoot()
    // Twelve standard deviations hold all but 1e-30 of a law this close to normal; of a short one, all of it.
    let low = max(0, Int(n * kept - 12 * sd) - 1), high = min(rows, Int(n * kept + 12 * sd) + 1)
    return (low...high).map { k in
      let x = Double(k)
      return (k, exp(lgamma(n + 1) - lgamma(x + 1) - lgamma(n - x + 1) + x * log(kept) + (n - x) * log1p(-kept)))
    }
  }

  /// What is added to the losses of each cycle from 1 on.
  struct Addition {
    var offline: Double, served: Double, untouched: Double
  }

  /// The additions of so many cycles.
  func additions(cycles: Int) -> [Addition] {
    let second = matrices.second
    func seen(_ covariance: Matrix) -> Double { (second * covariance).trace }
    let first = noise * inverse, later = (outcomeGain * outcomeGain * noise + added) * inverse
    let gap = response - reading
    var covariance = first, result: [Addition] = []
    for cycle in 1...cycles {
      result.append(
        Addition(
          offline: seen(cycle == 1 ? first : later), served: seen(gap * covariance * gap.transposed),
          untouched: seen(reading * covariance * reading.transposed)))
      covariance = response * covariance * response.transposed + later
    }
    return result
  }
}

extension Matrix {
  /// Σ of the diagonal.
  fileprivate var trace: Double { (0..<rows).reduce(0) { $0 + self[$1, $1] } }
}
