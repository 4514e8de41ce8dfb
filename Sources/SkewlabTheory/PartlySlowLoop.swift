internal import SkewlabEngine
internal import SkewlabNumerics

/// A loop in which some responses answer the present model and others remember earlier ones, all by one law, refitted every cycle on that cycle.
///
/// With G = A + B the retraining map, B the part that is remembered, the models obey u_{t+1} = Au_t + Bm_t + g where m is what the world remembers: m_t = (1−δ)m_{t−1} + δu_t for a geometric memory, u_{t−k} for a
/// delay of k cycles. The eigenvalues of that map on (u_t, m_{t−1}), or on (u_t, …, u_{t−k}), are the factors of an error.
struct PartlySlowLoop {
  private let instant: Matrix, remembered: Matrix, law: ResponseMemory.Law

  /// `nil` where responses remember by different laws, or it is too large.
  init?(_ loop: PopulationLoop, whole: Matrix) {
    let laws = Set(loop.scenario.responses.compactMap(\.component.memory?.law))
    guard laws.count == 1, let law = laws.first else { return nil }
    if case .delay(let cycles) = law, (cycles + 1) * whole.rows > 500 { return nil }
    self.law = law
    instant = AffineLoop(loop, cycle: loop.scenario.cycles, answersAtOnce: true).retraining.map
    remembered = whole - instant
  }

  /// The largest factor.
  var factor: GeneralEigenvalues.Value? {
    let p = instant.rows, blocks: Int, step: [(row: Int, column: Int, block: Matrix)]
    switch law {
    case .geometric(let rate):
      blocks = 2
      step = [
        (0, 0, instant + rate * remembered), (0, 1, (1 - rate) * remembered), (1, 0, rate * Matrix.identity(p)),
        (1, 1, (1 - rate) * Matrix.identity(p)),
      ]
    case .delay(let cycles):
      blocks = cycles + 1
      step =
        [(0, 0, instant)] + (cycles == 0 ? [(0, 0, instant + remembered)] : [(0, cycles, remembered)])
        + (0..<cycles).map { ($0 + 1, $0, Matrix.identity(p)) }
    }
    var matrix = Matrix(rows: blocks * p, columns: blocks * p)
    for (row, column, block) in step {
      for j in 0..<p { for i in 0..<p { matrix[row * p + i, column * p + j] = block[i, j] } }
    }
    return (try? GeneralEigenvalues(matrix))?.values.first
  }
}

extension PopulationLoop {
  /// Whether some responses remember and others do not, or not by the same law.
  var isPartlySlow: Bool {
    hasMemory
      && (scenario.responses.contains { $0.component.memory == nil }
        || Set(scenario.responses.compactMap(\.component.memory?.law)).count > 1)
  }
}

extension RetrainingRhythm {
  /// The largest factor of a loop that is partly slow; `nil` where that is not known.
  func factor(_ loop: PartlySlowLoop?) -> GeneralEigenvalues.Value? {
    interval == 1 && window == Window(.cycles(1)) ? loop?.factor : nil
  }
}
