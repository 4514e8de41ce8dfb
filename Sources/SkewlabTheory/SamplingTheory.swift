internal import SkewlabEngine
internal import SkewlabNumerics

/// What finitely many rows add to the squared losses of a population loop, exactly in expectation.
///
/// For ordinary least squares on independent normal rows and outcomes linear in them, the law of each cycle its own (THEORY: v, F1, F2, F6, S1 to S4 [n]). Given the model v that served, outcomes of a cycle are γ′x̃ + noise with γ = oβ + Cv in a share p of the rows (``AffineLoop``), and a fit on a window has the mean
/// of its rows' γ, spread around it as ``RowFactors`` says. If every row of the window was served by one model, or answers none, then the fit's covariance is, with P that of the model and bars for means over the cases,
///
/// P′ = C̄PC̄′ + τ²·E(X̃′X̃)⁻¹ + L(Δ), Δ the covariance of γ over the rows: between cycles, and between cases, the latter in expectation over v.
///
/// A window that keeps every cycle, refitted every cycle in a world that stays, has the recursion of ``AccumulatedFeedback``. Features need one law within a window, not from window to window: P is seen through the S̃ of the cycle that is served. Expected losses are those at the mean, which is the population's, plus
/// the trace of S̃P with the part of it that each loss sees.
///
/// Where every cycle has the same rows again, ``SameRows`` says what is added.
struct SamplingTheory {
  /// What is added to the losses of a cycle.
  struct Addition {
    /// To the own test, the served and the untouched loss.
    var offline: Double, served: Double, untouched: Double
    /// To the served loss above the best.
    var servedExcess: Double
  }

  /// Of each cycle from 1 on.
  let additions: [Addition]

  /// The theory of a loop with this path; `nil` where its assumptions do not hold.
  init?(_ loop: PopulationLoop, _ records: [PopulationPath.Record]) {
    guard Self.isOrdinary(loop), Self.isCheap(loop), let first = records.first, first.fitted != nil else { return nil }
    if loop.hasSameRows(in: 0) {
      guard let same = SameRows(loop, records) else { return nil }
      additions = same.additions
      return
    }
    let scenario = loop.scenario, hasIntercept = loop.objective.hasIntercept
    guard (scenario.shifts.isEmpty ? 0...0 : 0...scenario.cycles).allSatisfy({ loop.isNormal(in: $0) }) else { return nil }
    let isSteady = loop.isSteady
    guard var law = CycleLaw(loop, cycle: isSteady ? 1 : 0) else { return nil }
    let d = law.features.mean.count
    guard law.matrices.parameters.count == d + (hasIntercept ? 1 : 0) else { return nil }
    var fits = WindowFits(scenario, features: d, hasIntercept: hasIntercept)
    var accumulated = isSteady ? law.accumulated(scenario, hasIntercept: hasIntercept) : nil
    var covariance = Matrix(rows: d + 1, columns: d + 1), offline = 0.0, additions: [Addition] = []
    // Where a fit depends on the cycle before alone, what has settled to the last bit need not be done again.
    let forgetsAll = isSteady && scenario.retraining.component.window == Window(.cycles(1))
    var settled: (model: LinearPredictor, covariance: Matrix, offline: Double)?
    for record in records {
      if forgetsAll, let model = record.model?.predictor, record.fitted != nil {
        if let settled, settled == (model, covariance, offline), let addition = additions.last {
          additions.append(addition)
          continue
        }
        settled = (model, covariance, offline)
      }
      if record.cycle > 0, !isSteady {
        guard let next = CycleLaw(loop, cycle: record.cycle) else { return nil }
        covariance = covariance.moved(by: zip(next.features.mean, law.features.mean).map { $0 - $1 })
        law = next
      }
      if record.model != nil { additions.append(law.addition(covariance, offline: offline)) }
      if accumulated != nil {
        if record.cycle > 0 { accumulated?.advance() }
        covariance = accumulated?.covariance ?? covariance
        continue
      }
      fits.log(law.labels(record.model, covariance), cycle: record.cycle)
      guard record.fitted != nil else { continue }
      guard let fit = fits.fit() else { return nil }
      (covariance, offline) = fit
    }
    self.additions = additions
  }

  /// Whether going through every cycle of every window takes less than about a second.
  private static func isCheap(_ loop: PopulationLoop) -> Bool {
    let cycles = loop.scenario.cycles,
      reach = min(cycles, loop.scenario.retraining.component.window.reach(rows: loop.scenario.rows) ?? cycles)
    let size = Double(loop.features.count + 1)
    return Double(cycles) * Double(reach) * size * size <= 1e8
  }

  /// Ordinary least squares on rows of equal weight that answer the present model in their outcomes alone.
  private static func isOrdinary(_ loop: PopulationLoop) -> Bool {
    let scenario = loop.scenario, window = scenario.retraining.component.window
    if case .decay = window.extent { return false }
    return loop.objective.penalty == 0 && window.originals == nil && !loop.movesFeatures && !loop.hasMemory
      && (loop.objective.hasIntercept || scenario.pipeline.steps.isEmpty)
  }
}
