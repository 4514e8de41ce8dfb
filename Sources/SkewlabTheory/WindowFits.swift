internal import SkewlabEngine
internal import SkewlabNumerics

/// The fits of a scenario's windows.
struct WindowFits {
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
