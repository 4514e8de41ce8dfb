extension Scenario {
  /// Refuses a learner of probabilities where an outcome may be anything but 0 and 1.
  static func checkBinary(
    world: any World, learner: Installed<any Learner>, shifts: [Installed<any Shift>], responses: [Installed<any Response>],
    document: ScenarioDocument
  ) throws(ScenarioError) {
    let kind = type(of: learner.component).kind
    guard world.outcomeIsBinary else {
      throw ScenarioError(
        .conflict(
          "a learner of kind '\(kind)' predicts the probability that the outcome is 1, and '\(world.outcomeName)' is not always 0 or 1 in this world",
          advice: "take a table whose target is 0 or 1, or a gaussian world with `outcome: binary`; or another learner, such as `ols`"),
        path: learner.path, location: document.root.node(at: learner.path)?.location)
    }
    let moving: Set<WorldConditions.Change> = [.coefficient, .intercept, .noise]
    for shift in shifts where world.everyRow != nil && !shift.component.changes.isDisjoint(with: moving) {
      throw ScenarioError(
        .conflict(
          "this shift moves the table's outcomes, which are then no longer 0 or 1, and a learner of kind '\(kind)' predicts the probability of 1",
          advice: "remove it, or take another learner, such as `ols`"),
        path: shift.path, location: document.root.node(at: shift.path)?.location)
    }
    for response in responses where !response.component.keepsOutcomesBinary {
      throw ScenarioError(
        .conflict(
          "this response makes outcomes other than 0 and 1, and a learner of kind '\(kind)' predicts the probability of 1",
          advice: "remove it, or take another learner, such as `ols`"),
        path: response.path, location: document.root.node(at: response.path)?.location)
    }
  }
}
