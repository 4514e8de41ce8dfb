internal import SkewlabNumerics

/// The predictor that losses are compared with: of the predictors with the learner's link the one with the least loss on the twin.
extension Scenario {
  /// On the raw features, where the population is known; `nil` elsewhere.
  func bestPredictor(replicate: Int, conditions: WorldConditions) -> LinearPredictor? {
    Self.bestPredictor(of: world.component, link: learner.component.link, replicate: replicate, conditions: conditions)
  }

  static func bestPredictor(of world: any World, link: Link, replicate: Int, conditions: WorldConditions) -> LinearPredictor? {
    link == .identity
      ? world.bestPredictor(replicate: replicate, conditions: conditions)
      : world.bestClassifier(replicate: replicate, conditions: conditions)
  }

  /// For a world that is a table: the prediction for each of its rows of the fit without penalty to the whole table, encoded by the pipeline.
  static func bestPredictions(_ pipeline: Pipeline, over population: Rows?, link: Link) -> (predictions: [Double], isUnbounded: Bool)? {
    guard let population else { return nil }
    let ones = Array(repeating: 1.0, count: population.count)
    let (_, encoded) = pipeline.fitEncoding(population.features, weights: ones)
    let moments = Moments(features: encoded, outcomes: population.outcomes, rows: 0..<population.count)
    let names = pipeline.output.names
    let fit: LinearFit
    do {
      if link == .identity {
        fit = try .leastSquares(moments, features: names)
      } else {
        let data = TrainingData(
          moments: moments, rows: encoded.appending(column: population.outcomes), weights: ones, features: names)
        fit = try .logistic(data)
      }
    } catch { return nil }
    var predictions = Array(repeating: 0.0, count: population.count)
    var span = predictions.mutableSpan
    fit.predictor.predict(encoded, rows: population.count, into: &span)
    return (predictions, fit.certificate?.converged == false)
  }
}
