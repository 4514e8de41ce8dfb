public import SkewlabNumerics

/// A population loop as matrices, where features do not move; of a response that remembers, in a world that has had time to follow.
///
/// A row is x̃ = (1, x − m) with the features as they are, t̃ with those that training reads, s̃ with those that are met in serving, each about its own mean. A model is its encoded parameters u (the prediction at the mean of what it was
/// fitted on, where there is an intercept, then θ); it predicts (Xu)′x̃, (Tu)′t̃ and (Su)′s̃, with matrices X (``embedding``), T and S. In the k-th of the ``cases``, which a share p_k of rows meets, the outcome is
/// oₖy + cₖ(Su)′s̃ + (CₖXu)′x̃. Least squares with penalty λ on a window that one model served gives
///
/// u′ = Gu + g, with (T′E[t̃t̃′]T + λD)G = T′(c̄E[t̃s̃′]S + E[t̃x̃′]C̄X) and (T′E[t̃t̃′]T + λD)g = ō·T′E[t̃y], where ō, c̄, C̄ are means over the cases, and D leaves the intercept out.
public struct AffineLoop: Sendable {
  /// A way in which rows respond.
  public struct Case: Sendable {
    /// The share of rows.
    public var probability: Double
    /// o.
    public var outcome: Double
    /// c.
    public var served: Double
    /// C, (1 + d) × (1 + d).
    public var weights: Matrix
    /// The variance of what is added.
    public var variance: Double
    /// The same as a share of the mean squared error that the model had on its own window.
    public var relativeVariance: Double
    /// Whether the outcome is tossed, so that y′² = y′; o is 1 then.
    public var isTossed: Bool
  }

  /// The three readings of a row.
  enum Reading: Int, CaseIterable, Sendable {
    /// x, as they are.
    case kept
    /// t, in training.
    case training
    /// s, in serving.
    case serving
  }

  /// The names of u: `intercept` where there is one, then the encoded features.
  public let parameters: [String]
  /// The features' mean m.
  public let mean: [Double]
  /// E x̃x̃′ = diag(1, S), E x̃y, and the variance of y.
  public let second: Matrix, cross: [Double], outcomeVariance: Double
  /// The mean of the encoded features in training.
  public let encodedMean: [Double]
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
  /// How the serving side reads the features, R with (Su)′s̃ = (RXu)′x̃, where that is one affine map for every row; `nil` otherwise.
  public let reading: Matrix?
  /// Whether training reads the features as they are.
  public let trainsOnKept: Bool
  /// Whether the serving side runs the steps that training runs.
  public let servesByOwnSteps: Bool

  /// X, T, S.
  private let embeddings: [Matrix]
  /// Moments of x, t, s and y, and where those stand.
  private let moments: Moments, columns: [Range<Int>]

  /// Whether the features that the loop keeps are raw ones.
  let isRaw: Bool

  /// The loop under the conditions of a cycle.
  ///
  /// - Parameters:
  ///   - loop: The loop.
  ///   - cycle: Whose conditions.
  ///   - answersAtOnce: Whether only those responses answer that do not remember earlier models.
  public init(_ loop: PopulationLoop, cycle: Int, answersAtOnce: Bool = false) {
    guard let made = AffineLoop(loop, cycle: cycle, answersAtOnce: answersAtOnce, encoded: nil) else {
      preconditionFailure("a loop without obstacles has finite moments")
    }
    self = made
  }

  /// The same; for a table, with moments of its rows as a given pipeline encodes them. `nil` where those are not finite.
  init?(_ loop: PopulationLoop, cycle: Int, answersAtOnce: Bool = false, encoded: Moments?) {
    isRaw = !loop.isTable
    let untouched = encoded ?? loop.untouched(in: cycle), d = loop.features.count, form = loop.objective
    penalty = form.penalty
    hasIntercept = form.hasIntercept
    originals = loop.scenario.retraining.component.window.originals ?? 0
    parameters = (form.hasIntercept ? ["intercept"] : []) + loop.scenario.pipeline.output.names
    guard let readings = loop.readings(of: untouched, in: cycle) else { return nil }
    (moments, columns) = (readings.moments, readings.columns)
    trainsOnKept = columns[1] == columns[0]
    servesByOwnSteps = readings.servingMap == nil
    let mean = Array(moments.mean[columns[0]])
    self.mean = mean
    let trainedMean = Array(moments.mean[columns[1]]), servedMean = Array(moments.mean[columns[2]])
    let encodedMean = zip(readings.map.matrix.times(trainedMean), readings.map.offset).map { $0 + $1 }
    self.encodedMean = encodedMean
    /// The prediction at a mean, and the weights, of features that a map encodes.
    func embedding(_ map: AffineMap, about mean: [Double]) -> Matrix {
      let there = zip(map.matrix.times(mean), map.offset).map { $0 + $1 }
      var columns: [[Double]] = form.hasIntercept ? [[1] + Array(repeating: 0, count: mean.count)] : []
      for k in there.indices {
        columns.append([there[k] - (form.hasIntercept ? encodedMean[k] : 0)] + mean.indices.map { map.matrix[k, $0] })
      }
      return Matrix(rows: 1 + mean.count, columns: columns.count, elements: Array(columns.joined()))
    }
    let kept = embedding(readings.map, about: mean)
    embeddings = [
      kept, columns[1] == columns[0] ? kept : embedding(readings.map, about: trainedMean),
      columns[2] == columns[0] ? kept : embedding(readings.servingMap ?? readings.map, about: servedMean),
    ]
    second = Self.second(moments, columns[0], columns[0])
    cross = Self.cross(moments, columns[0])
    outcomeVariance = moments.cross[moments.dimension - 1, moments.dimension - 1] / moments.weight
    reading =
      loop.runsOtherSteps(in: cycle) || loop.isTable
      ? (columns[2] == columns[0] ? .identity(d + 1) : nil) : loop.reading(in: cycle).map { Self.reading($0, mean: mean) }
    var cases = [
      Case(
        probability: 1, outcome: 1, served: 0, weights: Matrix(rows: d + 1, columns: d + 1), variance: 0, relativeVariance: 0,
        isTossed: false)
    ]
    var hasNoise = false
    for response in loop.scenario.responses {
      let ways = ((response.component.memory?.response ?? response.component).affineCases ?? []).filter { $0.probability > 0 }
      hasNoise = hasNoise || ways.contains { $0.relativeDeviation > 0 }
      let answers: Double = answersAtOnce && response.component.memory != nil ? 0 : 1
      let matrices = ways.map { answers * Self.matrix($0.form, mean: mean) }
      cases = cases.flatMap { before in
        zip(ways, matrices).map { way, matrix in
          let o = way.form.outcome
          return Case(
            probability: before.probability * way.probability, outcome: o * before.outcome,
            served: o * before.served + answers * way.form.served,
            weights: o * before.weights + matrix, variance: o * o * before.variance + way.deviation * way.deviation,
            relativeVariance: o * o * before.relativeVariance + way.relativeDeviation * way.relativeDeviation,
            isTossed: way.form.isOfProbability)
        }
      }
    }
    self.cases = cases
    self.hasNoise = hasNoise
  }

  /// diag(1, Cov): E ãb̃′ of features about their means.
  private static func second(_ moments: Moments, _ a: Range<Int>, _ b: Range<Int>) -> Matrix {
    var second = Matrix(rows: 1 + a.count, columns: 1 + b.count)
    second[0, 0] = 1
    for (j, column) in b.enumerated() {
      for (i, row) in a.enumerated() { second[i + 1, j + 1] = moments.cross[row, column] / moments.weight }
    }
    return second
  }

  /// E ãy.
  private static func cross(_ moments: Moments, _ a: Range<Int>) -> [Double] {
    let y = moments.dimension - 1
    return [moments.mean[y]] + a.map { moments.cross[$0, y] / moments.weight }
  }

  private func second(_ a: Reading, _ b: Reading) -> Matrix { Self.second(moments, columns[a.rawValue], columns[b.rawValue]) }
  private func cross(_ a: Reading) -> [Double] { Self.cross(moments, columns[a.rawValue]) }
  private func embedding(_ reading: Reading) -> Matrix { embeddings[reading.rawValue] }
  /// X, (1 + d) × parameters.
  public var embedding: Matrix { embedding(.kept) }

  /// w′(Ux + u) + b in coordinates (1, x − m): b + w′(Um + u − m) at the mean, weights U′w.
  private static func reading(_ map: AffineMap, mean: [Double]) -> Matrix {
    let d = mean.count
    var matrix = Matrix.identity(d + 1)
    let image = map.matrix.times(mean)
    for j in 0..<d {
      matrix[0, j + 1] = image[j] + map.offset[j] - mean[j]
      for i in 0..<d { matrix[i + 1, j + 1] = map.matrix[j, i] }
    }
    return matrix
  }

  /// What a form adds through the weights, x′Aθ + μ′θ = (x − m)′Aθ + (m′A + μ′)θ, on coordinates of a prediction.
  private static func matrix(_ form: AffineResponse, mean: [Double]) -> Matrix {
    let d = mean.count
    var matrix = Matrix(rows: d + 1, columns: d + 1)
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

  /// T′E[t̃t̃′]T + λD.
  private var system: Matrix {
    let t = embedding(.training)
    var system = t.transposed * (second(.training, .training) * t)
    addPenalty(to: &system)
    return system
  }

  /// G and g of u′ = Gu + g: one retraining on a window that the model u has served.
  public var retraining: (map: Matrix, offset: [Double]) {
    let d = mean.count, system = system, transposed = embedding(.training).transposed
    var weights = Matrix(rows: d + 1, columns: d + 1), outcome = 0.0, served = 0.0
    for one in cases {
      weights = weights + one.probability * one.weights
      served += one.probability * one.served
      outcome += one.probability * one.outcome
    }
    let moved = second(.training, .kept) * (weights * embedding) + second(.training, .serving) * embedding(.serving) * served
    let right = transposed * moved, responded = 1 - originals
    let columns = (0..<parameters.count).map { SymmetricSystem.solve(system, right.column($0).map { responded * $0 }).solution }
    let offset = SymmetricSystem.solve(system, transposed.times(cross(.training)).map { (responded * outcome + originals) * $0 }).solution
    return (Matrix(rows: parameters.count, columns: parameters.count, elements: Array(columns.joined())), offset)
  }

  /// What a fit on untouched rows gives.
  public var untouchedFit: [Double] { SymmetricSystem.solve(system, embedding(.training).transposeTimes(cross(.training))).solution }

  // MARK: Performative risk

  /// PR = E(y′ − ŷ)² + λ‖θ‖², y′ as the world responds to the model: twice what the learner would minimise if it knew.
  ///
  /// - Parameters:
  ///   - predictor: The model on the features that the loop keeps. Its serving side runs the steps that training runs.
  ///   - squaredNorm: ‖θ‖² of its encoded weights.
  public func risk(_ predictor: LinearPredictor, squaredNorm: Double) -> Double {
    precondition(servesByOwnSteps, "the serving side encodes by steps of its own")
    func coordinates(_ columns: Range<Int>) -> [Double] {
      [predictor.intercept + dot(predictor.weights, Array(moments.mean[columns]))] + predictor.weights
    }
    return risk(kept: coordinates(columns[0]), served: coordinates(columns[2]), squaredNorm: squaredNorm)
  }

  /// The same of parameters u.
  public func risk(_ u: [Double]) -> Double {
    let theta = hasIntercept ? Array(u.dropFirst()) : u
    return risk(kept: embedding.times(u), served: embedding(.serving).times(u), squaredNorm: dot(theta, theta))
  }

  /// - Parameters:
  ///   - kept: Xu.
  ///   - served: Su.
  private func risk(kept: [Double], served: [Double], squaredNorm: Double) -> Double {
    let serving = second(.serving, .serving), between = second(.serving, .kept), x = cross(.kept), s = cross(.serving)
    var risk = penalty * squaredNorm
    for one in cases {
      let moved = one.weights.times(kept)
      if one.isTossed {
        // Eŷ² − 2Eŷy′ + Ey′
        let square = dot(served, serving.times(served))
        let products = dot(served, s) + one.served * square + dot(served, between.times(moved))
        risk += one.probability * (square - 2 * products + x[0] + one.served * served[0] + moved[0])
        continue
      }
      // E(oy + a′x̃ + b′s̃)² about the mean of y, so that a large mean costs no digits.
      let b = served.map { (one.served - 1) * $0 }
      let bias = one.outcome * x[0] + moved[0] + b[0]
      let a = [0] + moved.dropFirst(), rest = [0] + b.dropFirst()
      let linear = dot(a, x) + dot(rest, s)
      let spread = dot(a, second.times(a)) + dot(rest, serving.times(rest)) + 2 * dot(rest, between.times(a))
      risk +=
        one.probability * (bias * bias + one.outcome * one.outcome * outcomeVariance + 2 * one.outcome * linear + spread + one.variance)
    }
    return risk
  }

  /// The parameters of least risk, of several the smallest: (ΣpₖKₖ′ZKₖ + λD)u = −ΣpₖoₖKₖ′z with Kₖ = (CₖX, (cₖ − 1)S) on stacked (x̃, s̃), Z and z their second moments and products with y. Where the outcome is tossed
  /// S′E[s̃s̃′]S − P − P′ takes the place of K′ZK, with P = S′(cE[s̃s̃′]S + E[s̃x̃′]CX), and S′E s̃y − ½(first row of cS + CX) is on the right. `nil` where the risk has no minimum.
  public var optimum: [Double]? {
    var system = Matrix(rows: parameters.count, columns: parameters.count), right = Array(repeating: 0.0, count: parameters.count)
    let s = embedding(.serving), serving = second(.serving, .serving), between = second(.serving, .kept)
    let square = s.transposed * (serving * s)
    for one in cases {
      let part: Matrix, side: [Double], moved = one.weights * embedding, product = s.transposed * (between * moved)
      if one.isTossed {
        let both = one.served * square + product
        part = square - both - both.transposed
        side = s.transposeTimes(cross(.serving)).enumerated().map { $1 - 0.5 * (one.served * s[0, $0] + moved[0, $0]) }
      } else {
        let c = one.served - 1
        part = moved.transposed * (second * moved) + (c * c) * square + c * (product + product.transposed)
        side = zip(moved.transposeTimes(cross), s.transposeTimes(cross(.serving))).map { -one.outcome * ($0 + c * $1) }
      }
      system = system + one.probability * part
      right = zip(right, side).map { $0 + one.probability * $1 }
    }
    addPenalty(to: &system)
    guard let values = try? SymmetricEigen(system).values, let least = values.first, let most = values.last, least > -1e-12 * most else {
      return nil
    }
    // Where the system is singular and the right side is not within its range, the risk falls for ever along some direction.
    let solution = SymmetricSystem.solve(system, right).solution, size = right.map(abs).max() ?? 0
    let missed = zip(system.times(solution), right).map { abs($0 - $1) }.max() ?? 0
    return missed <= 1e-9 * size ? solution : nil
  }
}

extension PopulationLoop {
  /// Whether the loop keeps the encoded features of a finite population.
  public var isTable: Bool { table != nil }

  /// The features of untouched rows as they are, as training reads them, and as they are met in serving, with the outcome last; the columns of each, the same ones where the reading is the same; and the maps that encode them, the
  /// second where the serving side's steps are others and have encoded them already. `nil` where moments are not finite.
  func readings(of untouched: Moments, in cycle: Int) -> (moments: Moments, columns: [Range<Int>], map: AffineMap, servingMap: AffineMap?)?
  {
    let d = features.count, kept = 0..<d
    guard let model = fit(untouched, after: cycle), let sides = sides(fittedOn: trained(untouched, in: cycle)) else {
      return nil
    }
    var met = meet(untouched, model, in: cycle).moments, training = kept, serving = d..<met.dimension - 1
    let hasOwnSteps = isTable ? !serving.isEmpty : runsOtherSteps(in: cycle)
    if !isTable, deviates(.training, in: cycle) {
      training = d..<2 * d
      met = read(met.repeating(kept), columns: training, by: .training, in: cycle)
      serving = serving.lowerBound + d..<serving.upperBound + d
    }
    return (met, [kept, training, serving.isEmpty ? kept : serving], sides.map, hasOwnSteps ? .identity(sides.map.matrix.rows) : nil)
  }
}
