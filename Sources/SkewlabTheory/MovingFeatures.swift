internal import SkewlabEngine
internal import SkewlabNumerics

/// The stable point of a loop in which features move with the model, by iteration, and the derivative of retraining there.
///
/// Retraining is a smooth map of the deployed model, because moments are, but no affine one unless a free intercept absorbs the move. It is iterated from the fit on untouched rows.
struct MovingFeatures {
  /// The model that retraining gives back.
  let model: PopulationModel
  /// The eigenvalues of the derivative there, with respect to (intercept, weights).
  let eigenvalues: [GeneralEigenvalues.Value]

  /// Retrainings tried.
  private static let most = 10_000
  /// What is left of the distance when the iteration ends, relative to the model's size.
  private static let closeness = 1e-13

  /// `nil` where the iteration does not settle.
  init?(_ loop: PopulationLoop) {
    let cycle = loop.scenario.cycles
    guard var model = loop.fit(loop.untouched(in: cycle), after: 0) else { return nil }
    var isSettled = false
    for _ in 0..<Self.most {
      guard let next = loop.retrained(model, in: cycle) else { return nil }
      let before = Self.numbers(model.predictor), after = Self.numbers(next.predictor)
      let step = zip(before, after).map { abs($0 - $1) }.max() ?? 0
      model = next
      if step <= Self.closeness * max(1, after.map(abs).max() ?? 0) {
        isSettled = true
        break
      }
    }
    guard isSettled else { return nil }
    // Central differences of a smooth map: with a step of 1e-5 the error is near 1e-10 of the third derivative, and rounding near 1e-11.
    let point = Self.numbers(model.predictor), count = point.count
    var jacobian = Matrix(rows: count, columns: count)
    for j in 0..<count {
      let step = 1e-5 * max(1, abs(point[j]))
      var images: [[Double]] = []
      for sign in [1.0, -1.0] {
        var moved = model
        var numbers = point
        numbers[j] += sign * step
        moved.predictor = LinearPredictor(intercept: numbers[0], weights: Array(numbers.dropFirst()))
        guard let image = loop.retrained(moved, in: cycle) else { return nil }
        images.append(Self.numbers(image.predictor))
      }
      for i in 0..<count { jacobian[i, j] = (images[0][i] - images[1][i]) / (2 * step) }
    }
    guard let spectrum = try? GeneralEigenvalues(jacobian) else { return nil }
    self.model = model
    eigenvalues = spectrum.values
  }

  private static func numbers(_ predictor: LinearPredictor) -> [Double] { [predictor.intercept] + predictor.weights }
}

extension PopulationLoop {
  /// How the world remembers earlier models.
  var memory: ResponseMemory.Law? { scenario.responses.lazy.compactMap(\.component.memory?.law).first }

  /// A model as a point, its risk measured on the rows as they respond to it.
  func point(_ model: PopulationModel, hasNoise: Bool) -> LoopTheory.Point {
    let cycle = scenario.cycles
    let loss = servedLoss(ofOnly: model, in: cycle)
    return LoopTheory.Point(
      predictor: model.predictor, encoded: model.encoded,
      risk: hasNoise ? nil : loss + objective.penalty * dot(model.encoded.weights, model.encoded.weights))
  }
}
