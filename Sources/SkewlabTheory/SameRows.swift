internal import SkewlabEngine
internal import SkewlabNumerics

/// What sampling adds to the losses of ordinary least squares where every cycle of a replicate has the features X of the same n rows again, exactly.
///
/// A fit on the outcomes of one cycle is γ + u, u = (X′X)⁻¹X′ε independent from cycle to cycle, and one on a window is the mean of those of its cycles. With γ = oβ + ρv every model is Σ aᵢuᵢ around its mean, and as losses are measured on the rows of X, ‖Xu‖²/n has the mean τ²p/n, p the number of parameters, whatever X is:
/// Σ aᵢ²τᵢ²·p/n is added to the untouched loss, (1 − ρ)² of it to the served one. THEORY's F6 with the same rows: σ²p/n times k where generations replace one another, and times Σ i⁻² where they accumulate.
struct SameRows {
  /// Of each cycle from 1 on.
  let additions: [SamplingTheory.Addition]

  /// More fits than this are not followed: each is a sum over earlier ones of sums over theirs.
  private static let mostCycles = 1000

  /// `nil` where rows are kept for evaluation, sampled or in a window in part, where features change, or where outcomes are no linear function that the model can have.
  init?(_ loop: PopulationLoop, _ records: [PopulationPath.Record]) {
    let scenario = loop.scenario, window = scenario.retraining.component.window, hasIntercept = loop.objective.hasIntercept
    let isSteady = loop.isSteady
    guard scenario.evaluationShare == 0, window.sample == nil, scenario.cycles <= Self.mostCycles,
      var law = CycleLaw(loop, cycle: isSteady ? 1 : 0)
    else { return nil }
    let features = law.features, parameters = features.mean.count + (hasIntercept ? 1 : 0)
    guard law.matrices.parameters.count == parameters, scenario.rows >= parameters else { return nil }
    let gain = Double(parameters) / Double(scenario.rows)
    // aᵢ of the model, and of what a fit on each logged cycle alone would be; τᵢ².
    var model: [Double] = [], logged: [(cycle: Int, fit: [Double])] = [], noise: [Double] = [], additions: [SamplingTheory.Addition] = []
    for record in records {
      let cycle = record.cycle
      if cycle > 0, !isSteady {
        guard let next = CycleLaw(loop, cycle: cycle) else { return nil }
        law = next
      }
      // Without an intercept the outcome has to be 0 where the features are.
      let constant = law.truth[0] - dot(Array(law.truth.dropFirst()), features.mean)
      guard loop.hasSameRows(in: isSteady ? 0 : cycle), law.features.isSame(as: features), let answer = law.scalarAnswer,
        hasIntercept || abs(constant) < 1e-12
      else { return nil }
      let own = Array(repeating: 0.0, count: noise.count) + [1]
      if cycle > 0 {
        let spread = gain * zip(model, noise).reduce(0) { $0 + $1.0 * $1.0 * $1.1 }, kept = 1 - answer.served
        additions.append(
          SamplingTheory.Addition(offline: 0, served: kept * kept * spread, untouched: spread, servedExcess: kept * kept * spread))
        logged.append((cycle, own.indices.map { (model.indices.contains($0) ? answer.served * model[$0] : 0) + own[$0] }))
        noise.append(answer.noise)
      } else {
        logged.append((cycle, own))
        noise.append(law.noise)
      }
      logged.removeAll { window.rows(age: cycle - $0.cycle, of: scenario.rows).isEmpty }
      guard record.fitted != nil else { continue }
      model = Array(repeating: 0, count: noise.count)
      for one in logged {
        guard window.rows(age: cycle - one.cycle, of: scenario.rows).count == scenario.rows else { return nil }
        for (i, a) in one.fit.enumerated() { model[i] += a / Double(logged.count) }
      }
    }
    self.additions = additions
  }
}
