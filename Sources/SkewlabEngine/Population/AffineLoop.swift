public import SkewlabNumerics

/// A population loop as matrices, where features do not move; of a response that remembers, in a world that has had time to follow.
///
/// Coordinates: x̃ = (1, x − m) with m the features' mean, of which E x̃x̃′ = S̃ = diag(1, S). A model is its encoded parameters u (the prediction at the mean, where there is an intercept, then θ); its
/// prediction is (Tu)′x̃, T the ``embedding``; where the serving side reads the features through an affine map it serves (RTu)′x̃, R the ``reading``. In the k-th of the ``cases``, which a share p_k of rows meets, the outcome is oₖy + (CₖTu)′x̃. Least squares with penalty λ on a window that one model served gives
///
/// u′ = Gu + g, with (T′S̃T + λD)G = T′S̃C̄T and (T′S̃T + λD)g = ō·T′s̃, where ō, C̄ are means over the cases, s̃ = E x̃y, and D leaves the intercept out.
public struct AffineLoop: Sendable {
  /// A way in which rows respond.
  public struct Case: Sendable {
    /// The share of rows.
    public var probability: Double
    /// o.
    public var outcome: Double
    /// C, (1 + d) × (1 + d).
    public var response: Matrix
    /// The variance of what is added.
    public var variance: Double
    /// Whether the outcome is tossed, so that y′² = y′; o is 1 then.
    public var isTossed: Bool
  }

  /// The names of u: `intercept` where there is one, then the encoded features.
  public let parameters: [String]
  /// T, (1 + d) × parameters.
  public let embedding: Matrix
  /// S̃, s̃ = E x̃y, and the variance of y.
  public let second: Matrix, cross: [Double], outcomeVariance: Double
  /// The features' mean m.
  public let mean: [Double]
  /// The mean of the encoded features.
  public let encodedMean: [Double]
  /// R, (1 + d) × (1 + d): what becomes of a prediction where the serving side reads other features.
  public let reading: Matrix
  /// The ways in which rows respond; one without effect when there is no response.
  public let cases: [Case]
  /// λ.
  public let penalty: Double
  /// Whether responses add noise that follows the model's own error: then the risk is not a function of the model alone.
  public let hasNoise: Bool
  /// Whether u has an intercept.
  public let hasIntercept: Bool
  /// The share of the weight that untouched rows have in every fit.
  public let originals: Double

  /// Whether the features that the loop keeps are raw ones.
  let isRaw: Bool

  /// The loop under the conditions of a cycle.
  public init(_ loop: PopulationLoop, cycle: Int) { self.init(loop, cycle: cycle, encoded: nil) }

  /// The same; for a table, with moments of its rows as a given pipeline encodes them.
  init(_ loop: PopulationLoop, cycle: Int, encoded: Moments?) {
    isRaw = loop.scenario.world.component.everyRow == nil
    let moments = encoded ?? loop.untouched(in: cycle), d = loop.features.count, form = loop.objective
    let mean = Array(moments.mean.prefix(d))
    self.mean = mean
    penalty = form.penalty
    hasIntercept = form.hasIntercept
    originals = loop.scenario.retraining.component.window.originals ?? 0
    var second = Matrix.identity(d + 1), cross = [moments.mean[d]]
    for j in 0..<d {
      for i in 0..<d { second[i + 1, j + 1] = moments.cross[i, j] / moments.weight }
      cross.append(moments.cross[j, d] / moments.weight)
    }
    self.second = second
    self.cross = cross
    outcomeVariance = moments.cross[d, d] / moments.weight
    let map = loop.encoding(of: moments)
    encodedMean = zip(map.matrix.times(mean), map.offset).map { $0 + $1 }
    var columns: [[Double]] = form.hasIntercept ? [[1] + Array(repeating: 0, count: d)] : []
    for k in 0..<map.matrix.rows {
      columns.append([form.hasIntercept ? 0 : encodedMean[k]] + (0..<d).map { map.matrix[k, $0] })
    }
    embedding = Matrix(rows: d + 1, columns: columns.count, elements: Array(columns.joined()))
    parameters = (form.hasIntercept ? ["intercept"] : []) + loop.scenario.pipeline.output.names
    let reading = Self.reading(loop.reading(in: cycle), mean: mean)
    self.reading = reading
    var cases = [Case(probability: 1, outcome: 1, response: Matrix(rows: d + 1, columns: d + 1), variance: 0, isTossed: false)]
    var hasNoise = false
    for response in loop.scenario.responses {
      let ways = ((response.component.memory?.response ?? response.component).affineCases ?? []).filter { $0.probability > 0 }
      hasNoise = hasNoise || ways.contains { $0.relativeDeviation > 0 }
      let matrices = ways.map { Self.matrix($0.form, mean: mean, reading: reading) }
      cases = cases.flatMap { before in
        zip(ways, matrices).map { way, matrix in
          Case(
            probability: before.probability * way.probability, outcome: way.form.outcome * before.outcome,
            response: way.form.outcome * before.response + matrix,
            variance: way.form.outcome * way.form.outcome * before.variance + way.deviation * way.deviation,
            isTossed: way.form.isOfProbability)
        }
      }
    }
    self.cases = cases
    self.hasNoise = hasNoise
  }

  /// w′(Ux + u) + b in coordinates (1, x − m): b + w′(Um + u − m) at the mean, weights U′w.
  private static func reading(_ map: AffineMap?, mean: [Double]) -> Matrix {
    let d = mean.count
    var matrix = Matrix.identity(d + 1)
    guard let map else { return matrix }
    let image = map.matrix.times(mean)
    for j in 0..<d {
      matrix[0, j + 1] = image[j] + map.offset[j] - mean[j]
      for i in 0..<d { matrix[i + 1, j + 1] = map.matrix[j, i] }
    }
    return matrix
  }

  /// What a form adds, on coordinates of a prediction: s·R, and through the weights x′Aθ + μ′θ = (x − m)′Aθ + (m′A + μ′)θ.
  private static func matrix(_ form: AffineResponse, mean: [Double], reading: Matrix) -> Matrix {
    let d = mean.count
    var matrix = reading * form.served
    if let a = form.weightsThroughFeatures {
      let first = a.transposeTimes(mean)
      for j in 0..<d {
        matrix[0, j + 1] += first[j]
        for i in 0..<d { matrix[i + 1, j + 1] += a[i, j] }
      }
    }
    if let mu = form.weightsOffset { for j in 0..<d { matrix[0, j + 1] += mu[j] } }
    return matrix
  }

  /// λD.
  private func addPenalty(to system: inout Matrix) {
    for j in (hasIntercept ? 1 : 0)..<parameters.count { system[j, j] += penalty }
  }

  /// Parameters as a predictor on the features that the loop keeps.
  public func predictor(_ parameters: [Double]) -> LinearPredictor {
    let v = embedding.times(parameters), weights = Array(v.dropFirst())
    return LinearPredictor(intercept: v[0] - dot(weights, mean), weights: weights)
  }

  /// Parameters as a predictor on encoded features.
  public func encodedPredictor(_ parameters: [Double]) -> LinearPredictor {
    let theta = hasIntercept ? Array(parameters.dropFirst()) : parameters
    return LinearPredictor(intercept: hasIntercept ? parameters[0] - dot(theta, encodedMean) : 0, weights: theta)
  }

  // MARK: Retraining

  /// G and g of u′ = Gu + g: one retraining on a window that the model u has served.
  public var retraining: (map: Matrix, offset: [Double]) {
    let transposed = embedding.transposed
    var system = transposed * (second * embedding)
    addPenalty(to: &system)
    let d = mean.count
    var response = Matrix(rows: d + 1, columns: d + 1), outcome = 0.0
    for one in cases {
      response = response + one.probability * one.response
      outcome += one.probability * one.outcome
    }
    let right = transposed * (second * (response * embedding))
    let responded = 1 - originals
    let columns = (0..<parameters.count).map { SymmetricSystem.solve(system, right.column($0).map { responded * $0 }).solution }
    let offset = SymmetricSystem.solve(system, transposed.times(cross).map { (responded * outcome + originals) * $0 }).solution
    return (Matrix(rows: parameters.count, columns: parameters.count, elements: Array(columns.joined())), offset)
  }

  /// g/ō: what a fit on untouched rows gives.
  public var untouchedFit: [Double] {
    let transposed = embedding.transposed
    var system = transposed * (second * embedding)
    addPenalty(to: &system)
    return SymmetricSystem.solve(system, transposed.times(cross)).solution
  }

  // MARK: Performative risk

  /// PR = E(y′ − ŷ)² + λ‖θ‖², y′ as the world responds to the model: twice what the learner would minimise if it knew.
  ///
  /// - Parameters:
  ///   - predictor: The model on the features that the loop keeps.
  ///   - squaredNorm: ‖θ‖² of its encoded weights.
  public func risk(_ predictor: LinearPredictor, squaredNorm: Double) -> Double {
    let v = [predictor.intercept + dot(predictor.weights, mean)] + predictor.weights
    var risk = penalty * squaredNorm
    for one in cases where one.isTossed {
      // Eŷ² − 2Eŷy′ + Ey′
      let served = reading.times(v), moved = one.response.times(v)
      let products = dot(served, zip(cross, second.times(moved)).map { $0 + $1 })
      risk += one.probability * (dot(served, second.times(served)) - 2 * products + cross[0] + moved[0])
    }
    for one in cases where !one.isTossed {
      let a = zip(one.response.times(v), reading.times(v)).map { $0 - $1 }
      // E(oy + a′x̃)² about the mean of y, so that a large mean costs no digits.
      let bias = one.outcome * cross[0] + a[0]
      let moved = second.times([0] + a.dropFirst())
      var spread = one.outcome * one.outcome * outcomeVariance
      for j in 1..<a.count { spread += a[j] * (2 * one.outcome * cross[j] + moved[j]) }
      risk += one.probability * (bias * bias + spread + one.variance)
    }
    return risk
  }

  /// The same of parameters u.
  public func risk(_ u: [Double]) -> Double {
    let theta = hasIntercept ? Array(u.dropFirst()) : u
    return risk(predictor(u), squaredNorm: dot(theta, theta))
  }

  /// The parameters of least risk, of several the smallest: (ΣpₖKₖ′S̃Kₖ + λD)u = −ΣpₖoₖKₖ′s̃ with Kₖ = (Cₖ − R)T. A tossed outcome has R′S̃R − R′S̃C − C′S̃R between T′ and T instead of K′S̃K, and R′s̃ − C′(½, 0)
  /// on the right. `nil` where the risk has no minimum.
  public var optimum: [Double]? {
    var system = Matrix(rows: parameters.count, columns: parameters.count), right = Array(repeating: 0.0, count: parameters.count)
    let transposed = embedding.transposed
    for one in cases {
      let part: Matrix, side: [Double]
      if one.isTossed {
        let product = reading.transposed * second * one.response
        part = transposed * (reading.transposed * second * reading - product - product.transposed) * embedding
        let half = one.response.transposeTimes([0.5] + Array(repeating: 0, count: mean.count))
        side = embedding.transposeTimes(zip(reading.transposeTimes(cross), half).map { $0 - $1 })
      } else {
        let k = (one.response - reading) * embedding
        part = k.transposed * (second * k)
        side = k.transposeTimes(cross).map { -one.outcome * $0 }
      }
      system = system + one.probability * part
      right = zip(right, side).map { $0 + one.probability * $1 }
    }
    addPenalty(to: &system)
    guard let values = try? SymmetricEigen(system).values, let least = values.first, let most = values.last, least > -1e-12 * most else {
      return nil
    }
    return SymmetricSystem.solve(system, right).solution
  }
}

extension PopulationLoop {
  /// The pipeline fitted on rows with these moments, as a map of the features that the loop keeps; the identity for a table, whose features are encoded.
  public func encoding(of moments: Moments) -> AffineMap {
    let own = AffineMap.identity(features.count)
    if scenario.world.component.everyRow != nil { return own }
    return scenario.pipeline.fit(moments)?.affineMap ?? own
  }
}
