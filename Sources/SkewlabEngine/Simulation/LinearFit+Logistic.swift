internal import SkewlabNumerics

extension LinearFit {
  /// Penalised logistic regression: minimises Σ w·(ln(1 + e^η) − yη)/Σw + (λ/2)‖θ‖² over η = b + θ′z, for outcomes y that are 0 or 1.
  ///
  /// Newton's method on centred features, a step halved until the objective falls. It has converged when a step changes no score by more than 1e-8 of the
  /// largest (at least 1), so that the next would be below rounding. A singular design gives the solution of least ‖θ‖, and begins at zero whatever `start` says. Where the
  /// objective has no minimum – a penalty of 0 and outcomes that some score separates, or one outcome only – the iterations end when every row is fitted to e^(−30) or
  /// no step changes the objective any more, and the fit says that it has not converged; its numbers are finite all the same.
  ///
  /// - Parameters:
  ///   - data: With rows and a weight for each.
  ///   - penalty: λ.
  ///   - intercept: Whether there is a b, which is not penalised.
  ///   - start: Where to begin; all weights zero and the intercept of the mean outcome unless given.
  ///   - iterations: The most Newton steps.
  public static func logistic(
    _ data: TrainingData, penalty: Double = 0, intercept: Bool = true, start: LinearPredictor? = nil, iterations: Int = 100
  ) throws(FitError) -> LinearFit {
    let moments = data.moments, count = moments.dimension - 1
    guard let rows = data.rows else { preconditionFailure("a logistic fit needs the rows") }
    guard moments.weight > 0 else { throw .noRows }
    for j in 0...count where !moments.mean[j].isFinite || !moments.cross[j, j].isFinite {
      throw .notFinite(feature: j < count ? data.features[j] : "the outcome")
    }
    let outcomes = rows.column(count)
    if let other = outcomes.first(where: { $0 != 0 && $0 != 1 }) { throw .notBinary(outcome: other) }
    var newton = LogisticNewton(rows, outcomes: outcomes, weights: data.weights, moments: moments, penalty: penalty, intercept: intercept)
    let rank = newton.designRank(moments)
    newton.begin(rank < count ? nil : start)
    let certificate = newton.run(iterations, rank: rank)
    return LinearFit(predictor: newton.predictor, deficientRank: rank < count ? rank : nil, certificate: certificate)
  }
}

/// The state of the iterations.
private struct LogisticNewton {
  /// Centred features, when there is an intercept.
  let features: Matrix
  /// What was taken off each.
  let centers: [Double]
  let outcomes: [Double]
  /// Weights, summing to one.
  let weights: [Double]
  let penalty: Double
  let hasIntercept: Bool

  var bias = 0.0
  var theta: [Double]
  /// The scores and their probabilities at (bias, theta).
  var scores: [Double], probabilities: [Double]
  /// Room for one number a row.
  var room: [Double]

  var count: Int { theta.count }

  init(_ rows: Matrix, outcomes: [Double], weights: [Double], moments: Moments, penalty: Double, intercept: Bool) {
    let count = rows.columns - 1
    centers = intercept ? Array(moments.mean[..<count]) : Array(repeating: 0, count: count)
    var features = Matrix(rows: rows.rows, columns: count)
    for j in 0..<count {
      let center = centers[j]
      rows.withColumn(j) { source in
        features.withMutableColumn(j) { target in
          for i in source.indices { target[i] = source[i] - center }
        }
      }
    }
    self.features = features
    self.outcomes = outcomes
    let total = moments.weight
    self.weights = weights.map { $0 / total }
    self.penalty = penalty
    hasIntercept = intercept
    theta = Array(repeating: 0, count: count)
    scores = Array(repeating: 0, count: outcomes.count)
    probabilities = scores
    room = scores
  }

  /// The predictor on the features as they came.
  var predictor: LinearPredictor {
    LinearPredictor(intercept: hasIntercept ? bias - dot(theta, centers) : 0, weights: theta, link: .logistic)
  }

  /// The rank of the penalised design, intercept not counted.
  func designRank(_ moments: Moments) -> Int {
    let source = hasIntercept ? moments.covariance() : moments.secondMoment()
    var system = Matrix(rows: count, columns: count)
    for j in 0..<count {
      for i in 0..<count { system[i, j] = source[i, j] }
      system[j, j] += penalty
    }
    return SymmetricSystem.solve(system, theta).rank
  }

  mutating func begin(_ start: LinearPredictor?) {
    if let start, start.weights.count == count, start.isFinite {
      theta = start.weights
      bias = hasIntercept ? start.intercept + dot(theta, centers) : 0
    } else if hasIntercept {
      let share = zip(weights, outcomes).reduce(0) { $0 + $1.0 * $1.1 }
      bias = share > 0 && share < 1 ? Elementary.log(share / (1 - share)) : 0
    }
    score(bias, theta, into: &scores)
    setProbabilities()
  }

  private func score(_ constant: Double, _ direction: [Double], into out: inout [Double]) {
    var span = out.mutableSpan
    LinearPredictor(intercept: constant, weights: direction).score(features, rows: outcomes.count, into: &span)
  }

  private mutating func setProbabilities() {
    probabilities = scores
    var span = probabilities.mutableSpan
    Link.logistic.apply(to: &span)
  }

  /// The objective at (bias + t·dBias, theta + t·dTheta), whose scores are given.
  private mutating func objective(_ scores: [Double], _ theta: [Double]) -> Double {
    var span = room.mutableSpan
    Elementary.softplus(scores.span, into: &span)
    let sum = blockSum(outcomes.count) { weights[$0] * (room[$0] - outcomes[$0] * scores[$0]) }
    return sum + penalty / 2 * dot(theta, theta)
  }

  /// The gradient by the intercept (0 without one) and the weights.
  private mutating func gradient() -> (bias: Double, weights: [Double]) {
    for i in outcomes.indices { room[i] = weights[i] * (probabilities[i] - outcomes[i]) }
    let slopes = (0..<count).map { j in
      features.withColumn(j) { z in blockSum(z.count) { room[$0] * z[$0] } } + penalty * theta[j]
    }
    return (hasIntercept ? blockSum(outcomes.count) { room[$0] } : 0, slopes)
  }

  /// Newton's direction, the rank of its system, and the decrease of the objective that it promises at first order; `nil` when every row is fitted so closely that there is
  /// no curvature left.
  private mutating func direction(
    _ gradient: (bias: Double, weights: [Double])
  ) -> (bias: Double, weights: [Double], rank: Int, decrease: Double)? {
    for i in outcomes.indices { room[i] = weights[i] * probabilities[i] * (1 - probabilities[i]) }
    var curvature = Moments(dimension: count)
    curvature.add(features, rows: 0..<outcomes.count, weights: room.span)
    guard curvature.weight > 0 else { return nil }
    var system = curvature.cross, target = gradient.weights.map { -$0 }
    for j in 0..<count {
      if !hasIntercept {
        for i in 0..<count { system[i, j] += curvature.weight * curvature.mean[i] * curvature.mean[j] }
      }
      system[j, j] += penalty
      // The intercept is eliminated: what is left are the features about their means by curvature.
      if hasIntercept { target[j] += curvature.mean[j] * gradient.bias }
    }
    let solved = SymmetricSystem.solve(system, target)
    guard solved.isFinite else { return nil }
    let step = solved.solution
    let bias = hasIntercept ? -gradient.bias / curvature.weight - dot(curvature.mean, step) : 0
    return (bias, step, solved.rank, -(dot(gradient.weights, step) + gradient.bias * bias))
  }

  /// Whether every row is on its outcome's side, by a margin of 30 in the score.
  private var isSeparated: Bool { outcomes.indices.allSatisfy { (outcomes[$0] == 1 ? 1 : -1) * scores[$0] > 30 } }

  mutating func run(_ iterations: Int, rank: Int) -> FitCertificate {
    // Without a penalty on it, a direction along which every outcome gets likelier has no end; the intercept is such a one where there is one outcome only.
    let hasOneClass = outcomes.allSatisfy { $0 == outcomes[0] }
    let mayBeUnbounded = penalty == 0 || hasOneClass
    var value = objective(scores, theta), converged = false, done = 0, idle = 0
    var slope = gradient()
    while done < iterations, !converged {
      guard let step = direction(slope), step.rank >= rank || penalty > 0 else { break }
      var along = Array(repeating: 0.0, count: outcomes.count)
      score(step.bias, step.weights, into: &along)
      guard let moved = search(step, along, from: value) else { break }
      done += 1
      bias += moved.size * step.bias
      theta = moved.theta
      scores = moved.scores
      value = moved.value
      setProbabilities()
      slope = gradient()
      let change = along.reduce(0) { max($0, abs($1)) } * moved.size, largest = scores.reduce(1) { max($0, abs($1)) }
      converged = change <= Self.tolerance * largest
      // Near a minimum a step that gains nothing any more is followed by a smaller one; without a minimum, by another of its size.
      idle = step.decrease <= 4 * Double.ulpOfOne * value ? idle + 1 : 0
      if !converged, (mayBeUnbounded && isSeparated) || idle == 3 { break }
    }
    let norm = (slope.bias * slope.bias + dot(slope.weights, slope.weights)).squareRoot()
    return FitCertificate(
      gradientNorm: norm, iterations: done, converged: converged, hasOneClass: hasIntercept && hasOneClass && !converged)
  }

  /// The largest change of a score, as a share of the largest score or of 1, at which the iterations end. Newton's steps square their error.
  private static let tolerance = 1e-8

  /// The longest of the steps 1, ½, ¼, … that lowers the objective by a ten-thousandth of what it promises, up to rounding; `nil` when none does.
  private mutating func search(
    _ step: (bias: Double, weights: [Double], rank: Int, decrease: Double), _ along: [Double], from value: Double
  ) -> (size: Double, scores: [Double], theta: [Double], value: Double)? {
    var size = 1.0
    for _ in 0..<50 {
      let moved = zip(scores, along).map { $0 + size * $1 }, weights = zip(theta, step.weights).map { $0 + size * $1 }
      let reached = objective(moved, weights)
      if reached <= value - 1e-4 * size * step.decrease + 16 * Double.ulpOfOne * abs(value) { return (size, moved, weights, reached) }
      size /= 2
    }
    return nil
  }
}

/// The sum of a number of each row, over blocks of 1,024 rows in order.
private func blockSum(_ rows: Int, _ value: (Int) -> Double) -> Double {
  var sum = 0.0
  for start in stride(from: 0, to: rows, by: Simulation.blockRows) {
    var block = 0.0
    for i in start..<min(start + Simulation.blockRows, rows) { block += value(i) }
    sum += block
  }
  return sum
}
