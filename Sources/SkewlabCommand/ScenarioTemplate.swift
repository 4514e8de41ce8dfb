/// The scenarios that `skewlab new` writes.
enum ScenarioTemplate {
  static func text(
    name: String, table: String? = nil, target: String? = nil, categories: [String] = [], features: [String] = [], left: [String] = []
  ) -> String {
    let world: String
    if let table, let target {
      let listed = features.isEmpty ? "" : ",\n  features: [\(features.map(quoted).joined(separator: ", "))]"
      let texts = categories.isEmpty ? "" : ",\n  categories: [\(categories.map(quoted).joined(separator: ", "))]"
      let remark = left.isEmpty ? "" : "\n# Left out, since they name rows rather than describe them: \(left.joined(separator: "; "))."
      world = """
        # Rows of your table, drawn with replacement: the table is the whole population, so that rows the model was fitted on are served again.
        # Text columns are categories; empty cells are missing.\(remark)
        world: {kind: table, path: \(quoted(table)), target: \(quoted(target))\(texts)\(listed)}

        # How features are made: fitted anew on the training window at every retraining.
        pipeline:
          - {kind: impute, with: mean}
          - {kind: one-hot}
          - {kind: standardize}
        """
    } else {
      world = """
        # Five independent standard normal features, coefficients of norm 1, noise of standard deviation 1.
        world: {kind: gaussian, features: 5, coefficients: unit, noise: 1.0}
        """
    }
    return """
      # A Skewlab scenario. `skewlab describe KIND` explains every kind, `skewlab validate` checks the file.
      name: \(quoted(name))
      title: \(quoted("What happens when the outcome follows the prediction?"))
      seed: 1
      cycles: 12            # a model is fitted in cycle 0 and served in cycles 1 to 12
      rows: 1000            # drawn in each cycle
      replicates: 20        # independent repetitions, for intervals

      \(world)

      # The loop: a share of the outcomes is made from the published prediction.
      feedback:
        - {kind: anchoring, usage: 0.5, adherence: 0.2}

      learner: {kind: ridge, penalty: 0.001}
      retraining: {every: 1, window: {cycles: 3}}

      # What is compared. The first arm is the one that the others are compared with.
      arms:
        - {name: no-feedback, set: {feedback: []}}
        - {name: feedback}

      """
  }

  private static func quoted(_ text: String) -> String {
    "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }
}
