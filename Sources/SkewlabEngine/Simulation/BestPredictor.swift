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
}
