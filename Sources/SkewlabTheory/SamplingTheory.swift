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
    guard Self.isOrdinary(loop), let first = records.first, first.fitted != nil else { return nil }
    let scenario = loop.scenario, hasIntercept = loop.objective.hasIntercept
    let isSteady = scenario.shifts.isEmpty && (1...scenario.cycles).allSatisfy { loop.reading(in: $0) == loop.reading(in: 1) }
    guard var law = CycleLaw(loop, cycle: isSteady ? 1 : 0) else { return nil }
    let d = law.features.mean.count
    guard law.matrices.parameters.count == d + (hasIntercept ? 1 : 0) else { return nil }
    var fits = WindowFits(scenario, features: d, hasIntercept: hasIntercept)
    var accumulated = isSteady ? law.accumulated(scenario, hasIntercept: hasIntercept) : nil
    var covariance = Matrix(rows: d + 1, columns: d + 1), offline = 0.0, additions: [Addition] = []
    for record in records {
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

  /// Ordinary least squares on rows of equal weight, normal in every cycle, that answer the present model in their outcomes alone.
  private static func isOrdinary(_ loop: PopulationLoop) -> Bool {
    let scenario = loop.scenario, window = scenario.retraining.component.window
    if case .decay = window.extent { return false }
    return loop.objective.penalty == 0 && window.originals == nil && !loop.movesFeatures && !loop.hasMemory
      && (loop.objective.hasIntercept || scenario.pipeline.steps.isEmpty)
      && (scenario.shifts.isEmpty ? 0...0 : 0...scenario.cycles).allSatisfy { loop.isNormal(in: $0) }
  }
}

/// A cycle's rows, and how they answer a model, in coordinates (1, x − m).
private struct CycleLaw {
  let matrices: AffineLoop
  let features: FeatureLaw
  /// β.
  let truth: [Double]
  /// σ².
  let noise: Double
  /// How the serving side reads, R, and what each case adds to the outcome, C.
  let reading: Matrix, responses: [Matrix]
  /// C̄.
  let response: Matrix
  /// Whether a model moves anything.
  let responds: Bool

  /// `nil` where noise follows the model's own error, or outcomes are tossed, or features are collinear, or where the sides read otherwise than by one affine map in serving.
  init?(_ loop: PopulationLoop, cycle: Int) {
    let matrices = AffineLoop(loop, cycle: cycle), best = loop.best(in: cycle), size = matrices.second.rows
    guard matrices.trainsOnKept, let reading = matrices.reading, !matrices.hasNoise, !matrices.cases.contains(where: \.isTossed),
      let features = FeatureLaw(mean: matrices.mean, second: matrices.second)
    else { return nil }
    self.matrices = matrices
    self.features = features
    self.reading = reading
    responses = matrices.cases.map { $0.served * reading + $0.weights }
    truth = [best.intercept + dot(best.weights, matrices.mean)] + best.weights
    noise = max(0, PredictionSums(best, over: loop.untouched(in: cycle)).meanSquaredError)
    response = zip(matrices.cases, responses).reduce(Matrix(rows: size, columns: size)) { $0 + $1.0.probability * $1.1 }
    responds = responses.contains { $0.elements.contains { $0 != 0 } }
  }

  /// The part of a served model's covariance that losses see.
  func addition(_ covariance: Matrix, offline: Double) -> SamplingTheory.Addition {
    let second = features.second
    func seen(_ gap: Matrix) -> Double { second.traceOfProduct(covariance.seen(through: gap)) }
    let untouched = seen(reading), excess = responds ? seen(response - reading) : untouched
    let served = matrices.cases.count == 1 ? excess : zip(matrices.cases, responses).reduce(0) { $0 + $1.0.probability * seen($1.1 - reading) }
    return SamplingTheory.Addition(offline: offline, served: served, untouched: untouched, servedExcess: excess)
  }

  /// The labels of the cycle's rows, served by a model with this covariance, or by none.
  func labels(_ model: PopulationModel?, _ covariance: Matrix) -> CycleLabels {
    guard let model else {
      return CycleLabels(features: features, mean: truth, cases: nil, noise: noise, answer: nil)
    }
    let predictor = model.predictor
    let served = [predictor.intercept + dot(predictor.weights, features.mean)] + predictor.weights
    let cases = matrices.cases
    let forms = zip(cases, responses).map { one, response in zip(truth, response.times(served)).map { one.outcome * $0 + $1 } }
    let mean = truth.indices.map { i in zip(cases, forms).reduce(0) { $0 + $1.0.probability * $1.1[i] } }
    var spread: (all: Matrix, ofModel: Matrix)?
    if cases.count > 1 {
      var ofMean = Matrix(rows: truth.count, columns: truth.count), ofModel = ofMean
      for (one, (form, added)) in zip(cases, zip(forms, responses)) {
        ofMean.add(one.probability, outer: zip(form, mean).map { $0 - $1 })
        if responds { ofModel = ofModel + one.probability * covariance.seen(through: added - response) }
      }
      spread = (ofMean + ofModel, ofModel)
    }
    return CycleLabels(
      features: features, mean: mean, cases: spread,
      noise: cases.reduce(0) { $0 + $1.probability * ($1.outcome * $1.outcome * noise + $1.variance) },
      answer: responds ? CycleLabels.Answer(fittedIn: model.fittedIn, response: response, covariance: covariance) : nil)
  }

  /// The recursion of a window that keeps every cycle, where outcomes follow what was served.
  func accumulated(_ scenario: Scenario, hasIntercept: Bool) -> AccumulatedFeedback? {
    let policy = scenario.retraining.component, size = truth.count
    guard responds, let one = matrices.cases.first, matrices.cases.count == 1, policy.window == Window(.all), scenario.evaluationShare == 0,
      (1...scenario.cycles).allSatisfy({ policy.isScheduled(after: $0) == true }),
      response == response[1, 1] * Matrix.identity(size), reading == Matrix.identity(size)
    else { return nil }
    return AccumulatedFeedback(
      features, truth: truth, rows: scenario.rows, outcome: one.outcome, served: response[1, 1], untouched: noise,
      noise: one.outcome * one.outcome * noise + one.variance, hasIntercept: hasIntercept)
  }
}

/// What the rows of a logged cycle have for coefficients: γ = mean + C(v − Ev), and a case's own deviation.
private struct CycleLabels {
  /// A model that was answered.
  struct Answer {
    let fittedIn: Int, response: Matrix, covariance: Matrix
  }

  let features: FeatureLaw
  /// E γ.
  let mean: [Double]
  /// The covariance of γ between cases, and what of it comes from the covariance of the model; `nil` where there is one case.
  let cases: (all: Matrix, ofModel: Matrix)?
  /// The variance of the noise, averaged over the cases.
  let noise: Double
  /// `nil` where no model is answered.
  let answer: Answer?
}

/// The fits of a scenario's windows.
private struct WindowFits {
  private let window: Window, rows: Int, kept: Double, features: Int, hasIntercept: Bool
  private var logged: [(cycle: Int, labels: CycleLabels)] = []
  private var known: [RowCount: (cycles: RowFactors, cases: RowFactors)] = [:]

  init(_ scenario: Scenario, features: Int, hasIntercept: Bool) {
    window = scenario.retraining.component.window
    rows = scenario.rows
    kept = 1 - scenario.evaluationShare
    self.features = features
    self.hasIntercept = hasIntercept
  }

  /// Takes in a cycle.
  mutating func log(_ labels: CycleLabels, cycle: Int) {
    logged.append((cycle, labels))
    logged.removeAll { window.rows(age: cycle - $0.cycle, of: rows).isEmpty }
  }

  /// The covariance of a fit at the end of the last cycle, and what sampling adds to its own test; `nil` where that is not known exactly.
  mutating func fit() -> (covariance: Matrix, offline: Double)? {
    guard let (now, last) = logged.last, hasIntercept || last.features.mean.allSatisfy({ $0 == 0 }) else { return nil }
    let parts = logged.map { (labels: $0.labels, count: window.rows(age: now - $0.cycle, of: rows).count) }
    let total = parts.reduce(0) { $0 + $1.count }, size = features + 1
    // Every row answers one model in the same way, or none does; and features have one law.
    guard
      parts.allSatisfy({ part in
        part.labels.features.isSame(as: last.features) && part.labels.answer?.fittedIn == last.answer?.fittedIn
          && part.labels.answer?.response == last.answer?.response
      }), let factors = factors(RowCount(rows: total, kept: kept, sample: window.sample))
    else { return nil }
    var mean = Array(repeating: 0.0, count: size), noise = 0.0
    var cases = Matrix(rows: size, columns: size), ofModel = cases, cycles = cases
    for part in parts {
      let share = Double(part.count) / Double(total)
      for i in mean.indices { mean[i] += share * part.labels.mean[i] }
      noise += share * part.labels.noise
      if let labels = part.labels.cases {
        cases = cases + share * labels.all
        ofModel = ofModel + share * labels.ofModel
      }
    }
    if !parts.allSatisfy({ $0.labels.mean == last.mean }) {
      for part in parts { cycles.add(Double(part.count) / Double(total), outer: zip(part.labels.mean, mean).map { $0 - $1 }) }
    }
    var moved = last.answer.map { $0.covariance.seen(through: $0.response) } ?? Matrix(rows: size, columns: size)
    var offline = last.features.second.traceOfProduct(ofModel)
    if !hasIntercept {
      // A constant that the model cannot follow is noise, since the signs of rows are symmetric.
      noise += mean[0] * mean[0] + moved[0, 0] + cases[0, 0] + cycles[0, 0]
      offline += moved[0, 0]
      moved.forgetConstant()
      cases.forgetConstant()
      cycles.forgetConstant()
    }
    let own =
      noise * factors.cycles.inverseDesign(last.features) + factors.cycles.spread(cycles, last.features)
      + factors.cases.spread(cases, last.features)
    // Rows kept for evaluation are those that were not drawn to be fitted: their mean label has the covariance −Δ/(total − 1) with that of the others.
    offline += last.features.second.traceOfProduct(own) + 2 * last.features.second.traceOfProduct(cycles) / Double(max(1, total - 1))
    return (moved + own, offline)
  }

  private mutating func factors(_ count: RowCount) -> (cycles: RowFactors, cases: RowFactors)? {
    if let found = known[count] { return found }
    guard let cycles = RowFactors(count, labels: count.rows, features: features, hasIntercept: hasIntercept),
      let cases = RowFactors(count, labels: nil, features: features, hasIntercept: hasIntercept)
    else { return nil }
    known[count] = (cycles, cases)
    return (cycles, cases)
  }
}

extension Matrix {
  /// GPG′ of this matrix P.
  fileprivate func seen(through gap: Matrix) -> Matrix { gap * self * gap.transposed }

  /// tr(AB), B symmetric.
  fileprivate func traceOfProduct(_ other: Matrix) -> Double { zip(elements, other.elements).reduce(0) { $0 + $1.0 * $1.1 } }

  /// Adds f·aa′.
  fileprivate mutating func add(_ factor: Double, outer a: [Double]) {
    for j in a.indices { for i in a.indices { self[i, j] += factor * a[i] * a[j] } }
  }

  /// Without its first row and column.
  fileprivate mutating func forgetConstant() {
    for i in 0..<rows {
      self[i, 0] = 0
      self[0, i] = 0
    }
  }

  /// The covariance of (prediction at the mean, weights) when the mean moves by so much.
  fileprivate func moved(by step: [Double]) -> Matrix {
    if step.allSatisfy({ $0 == 0 }) { return self }
    var move = Matrix.identity(rows)
    for (j, h) in step.enumerated() { move[0, j + 1] = h }
    return seen(through: move)
  }
}
