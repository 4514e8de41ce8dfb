internal import SkewlabEngine
internal import SkewlabNumerics

/// A cycle's rows, and how they answer a model, in coordinates (1, x − m).
struct CycleLaw {
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
    let served =
      matrices.cases.count == 1 ? excess : zip(matrices.cases, responses).reduce(0) { $0 + $1.0.probability * seen($1.1 - reading) }
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

  /// o, ρ and the variance of the noise where every row has the outcome oy + ρŷ + noise, with features served as they are.
  var scalarAnswer: (outcome: Double, served: Double, noise: Double)? {
    guard let one = matrices.cases.first, matrices.cases.count == 1, reading == Matrix.identity(truth.count),
      response == response[1, 1] * Matrix.identity(truth.count)
    else { return nil }
    return (one.outcome, response[1, 1], one.outcome * one.outcome * noise + one.variance)
  }

  /// The recursion of a window that keeps every cycle, where outcomes follow what was served.
  func accumulated(_ scenario: Scenario, hasIntercept: Bool) -> AccumulatedFeedback? {
    let policy = scenario.retraining.component
    guard responds, let answer = scalarAnswer, policy.window == Window(.all), scenario.evaluationShare == 0,
      (1...scenario.cycles).allSatisfy({ policy.isScheduled(after: $0) == true })
    else { return nil }
    return AccumulatedFeedback(
      features, truth: truth, rows: scenario.rows, outcome: answer.outcome, served: answer.served, untouched: noise, noise: answer.noise,
      hasIntercept: hasIntercept)
  }
}

/// What the rows of a logged cycle have for coefficients: γ = mean + C(v − Ev), and a case's own deviation.
struct CycleLabels {
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
