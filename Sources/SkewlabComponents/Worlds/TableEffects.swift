internal import SkewlabEngine
internal import SkewlabNumerics

/// What features do to the outcome of a table, as far as a line says it: least squares of the outcome on the whole table, on numeric features as they are, gaps filled by the mean, and on a column for each
/// level of a text feature. Computed when it is first asked for.
final class TableEffects: Sendable {
  /// The effects, and what they leave.
  struct Fit: Sendable {
    /// For each feature, each row's effect, with mean zero over the table: slope·(x − x̄), or the level's effect less the mean effect; 0 where the value is missing.
    let effects: [[Double]]
    /// The root mean squared residual.
    let residual: Double
  }

  private let known = Guarded<Fit?>(nil)

  /// The fit on a table.
  func fit(_ population: Rows) -> Fit {
    if let fit = known.withLock({ $0 }) { return fit }
    let fit = Self.fitted(population)
    known.withLock { $0 = fit }
    return fit
  }

  private static func fitted(_ population: Rows) -> Fit {
    let count = population.count
    // For each feature, its columns: centred numbers, or the indicators of its levels.
    var columns: [[Double]] = [], owners: [Int] = []
    for (j, column) in population.schema.columns.enumerated() {
      let values = population.features.column(j)
      switch column.type {
      case .numeric:
        let mean = presentMean(values)
        columns.append(values.map { $0.isNaN ? 0 : $0 - mean })
        owners.append(j)
      case .categorical(let levels):
        for level in levels.indices {
          columns.append(values.map { $0 == Double(level) ? 1 : 0 })
          owners.append(j)
        }
      }
    }
    let size = columns.count
    var moments = Moments(dimension: size + 1)
    moments.add(Matrix(rows: count, columns: size + 1, elements: columns.flatMap { $0 } + population.outcomes), rows: 0..<count)
    let covariance = moments.covariance()
    var system = Matrix(rows: size, columns: size)
    for j in 0..<size { for i in 0..<size { system[i, j] = covariance[i, j] } }
    let slopes = SymmetricSystem.solve(system, (0..<size).map { covariance[$0, size] }).solution
    var effects = population.schema.columns.map { _ in Array(repeating: 0.0, count: count) }
    for (k, j) in owners.enumerated() where slopes[k] != 0 { for i in 0..<count { effects[j][i] += slopes[k] * columns[k][i] } }
    for j in effects.indices {
      // A missing value has no effect: the mean of the effects that are there is taken off those.
      let present = (0..<count).filter { !population.features[$0, j].isNaN }
      let mean = present.reduce(0) { $0 + effects[j][$1] } / Double(max(1, present.count))
      for i in present { effects[j][i] -= mean }
    }
    var residuals = population.outcomes
    for k in 0..<size { for i in 0..<count { residuals[i] -= slopes[k] * (columns[k][i] - moments.mean[k]) } }
    let mean = moments.mean[size]
    return Fit(effects: effects, residual: (residuals.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count)).squareRoot())
  }

  /// The mean of what is there.
  static func presentMean(_ values: [Double]) -> Double {
    let present = values.filter { !$0.isNaN }
    return present.reduce(0, +) / Double(max(1, present.count))
  }
}
