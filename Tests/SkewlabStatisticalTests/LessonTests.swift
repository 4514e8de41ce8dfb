import Foundation
import SkewlabEngine
import Testing

/// THEORY.md, **F1**, *The lesson* [pop], ‖β‖ = σ = 1, M = I, ρ = 0.8: "offline MSE stays 1.00 while offline R² climbs 0.50 → 0.9615; served MSE falls 1.64 → 1.00; untouched
/// MSE rises 1.00 → 17.0".
@Suite struct LessonTests {
  /// What the simulator's columns are in expectation in cycle t, with v̄ the mean excess of one fit: population figures at v̄ = 0.
  ///
  /// w_t = factor·β + fluctuation, factor (1−ρ^t)/(1−ρ) and E‖fluctuation‖² = v̄(1−ρ^{2t})/(1−ρ²).
  struct Figures {
    let rho: Double
    let v: Double

    func factor(_ t: Int) -> Double { ClosedForms.additiveMean(rho, fits: t) }
    func fluctuation(_ t: Int) -> Double { ClosedForms.additiveVariance(rho, excess: v, fits: t) }
    /// The model against labels like those it was fitted on, in fresh rows: σ² + v̄.
    func offlineLoss(_ t: Int) -> Double { 1 + v }
    /// y − ŷ = x′(β − (1−ρ)w) + ε.
    func servedLoss(_ t: Int) -> Double { 1 + pow(1 - (1 - rho) * factor(t), 2) + pow(1 - rho, 2) * fluctuation(t) }
    /// y₀ − ŷ = x′(β − w) + ε.
    func untouchedLoss(_ t: Int) -> Double { 1 + pow(1 - factor(t), 2) + fluctuation(t) }
    /// The variance of the labels that w_t was fitted on: x′(β + ρw_{t−1}) + ε.
    func labelVariance(_ t: Int) -> Double { 1 + pow(factor(t), 2) + rho * rho * (t > 1 ? fluctuation(t - 1) : 0) }
    /// 1 − E(loss)/E(variance); what a sample's R² adds is bounded by ``rSquaredError``.
    func offlineRSquared(_ t: Int) -> Double { 1 - offlineLoss(t) / labelVariance(t) }
    func servedRSquared(_ t: Int) -> Double { 1 - servedLoss(t) / labelVariance(t + 1) }

    /// A bound on |E(1 − A/B) − (1 − EA/EB)| for sample loss A and variance B over m rows, in units of EA/EB: B's divisor adds 1/m, its variance 2/m, its
    /// covariance with A between 0 and 2/m, all to first order; the fluctuation of w moves B by 2·factor·fluctuation along β, whose squared relative size is at most 4·fluctuation/EB,
    /// and A with it as much at most. Doubled, to cover what is of higher order.
    func rSquaredError(_ t: Int, rows m: Double) -> Double {
      2 * (3 / m + 8 * fluctuation(t) / labelVariance(t)) * offlineLoss(t) / labelVariance(t)
    }
  }

  @Test func `the population figures are those of the lesson`() {
    // Shown to two decimals, or four for R².
    let figures = Figures(rho: 0.8, v: 0), late = 200
    func shown(_ value: Double, _ places: Int) -> String { String(format: "%.\(places)f", value) }
    #expect(shown(figures.offlineLoss(1), 2) == "1.00" && shown(figures.offlineLoss(late), 2) == "1.00")
    #expect(shown(figures.offlineRSquared(1), 2) == "0.50" && shown(figures.offlineRSquared(late), 4) == "0.9615")
    #expect(shown(figures.servedLoss(1), 2) == "1.64" && shown(figures.servedLoss(late), 2) == "1.00")
    #expect(shown(figures.servedRSquared(late), 4) == "0.9615")
    #expect(shown(figures.untouchedLoss(1), 2) == "1.00" && shown(figures.untouchedLoss(late), 1) == "17.0")
  }

  @Test func `the loop looks better and better while it gets worse`() async throws {
    let rows = 20_000, share = 0.2, features = 5, cycles = 60, count = 40
    let document = scenario(
      seed: 501, cycles: cycles, rows: rows, world: Population(features: features).world(coefficients: coefficients(features)),
      feedback: [["kind": "label-follows-prediction", "form": "additive", "strength": 0.8]], evaluationShare: share)
    let groups = [1...1, 2...2, 5...5, 10...10, 51...60]
    let columns = ["offline_loss", "offline_r2", "served_loss", "served_r2", "untouched_loss"]
    let values = try await replicates(count, of: document) { path in groups.map { group in columns.map { path.mean($0, cycles: group) } } }
    let v = ClosedForms.binomialMean(trials: rows, probability: 1 - share, least: 15_000) {
      ClosedForms.excess(rows: $0, features: features, intercept: true)
    }
    let figures = Figures(rho: 0.8, v: v), evaluationRows = share * Double(rows)
    for (g, group) in groups.enumerated() {
      func check(_ column: Int, _ expected: (Int) -> Double, resolving: Double, approximationError: (Int) -> Double = { _ in 0 }) {
        expectMean(
          values.map { $0[g][column] }, equals: average(group, expected), resolving: resolving,
          approximationError: average(group, approximationError),
          atLeast: count, "\(columns[column]) in cycles \(group)")
      }
      check(0, figures.offlineLoss, resolving: 0.05)
      check(1, figures.offlineRSquared, resolving: 0.03) { figures.rSquaredError($0, rows: evaluationRows) }
      check(2, figures.servedLoss, resolving: 0.05)
      check(3, figures.servedRSquared, resolving: 0.02) { figures.rSquaredError($0, rows: Double(rows)) }
      check(4, figures.untouchedLoss, resolving: 0.03 * figures.untouchedLoss(group.upperBound))
    }
  }
}
