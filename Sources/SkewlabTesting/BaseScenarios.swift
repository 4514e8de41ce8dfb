internal import SkewlabEngine

/// The small scenarios that kinds are put into.
enum BaseScenarios {
  /// Scenarios for a kind, without it; the first that takes it is used.
  static func documents(for type: any Component.Type, folder: String) -> [ScenarioDocument] {
    let encoding: DocumentNode = [["kind": "impute"], ["kind": "one-hot"]]
    switch type.role {
    case .world:
      let bare = make(folder: folder) { $0["feedback"] = follower }
      return [bare, with(bare, "pipeline", encoding)]
    case .transform:
      let node = type.fullExample
      let pipelines: [DocumentNode] = [
        [node], [node, ["kind": "impute"], ["kind": "one-hot"]], [["kind": "impute"], node, ["kind": "one-hot"]],
        [["kind": "impute"], ["kind": "one-hot"], node],
      ]
      let table = make(folder: folder) { root in
        root["world"] = Self.table
        root["feedback"] = follower
      }
      return pipelines.map { with(table, "pipeline", $0) } + [make(folder: folder) { $0["pipeline"] = [node] }]
    case .discrepancy:
      // Without feedback, so that what one side reads cannot reach the other through the world.
      let table = make(folder: folder) { root in
        root["world"] = Self.table
        root["pipeline"] = [["kind": "impute"], ["kind": "one-hot"], ["kind": "standardize"]]
      }
      let positive = make(folder: folder) { root in
        root["world"] = ["kind": "gaussian", "features": 3, "mean": 8, "coefficients": [1, -0.5, 0.25], "intercept": 0.5]
      }
      return [
        table, make(folder: folder), with(make(folder: folder), "pipeline", [["kind": "standardize"]]),
        with(positive, "pipeline", [["kind": "log1p"], ["kind": "standardize"]]),
        with(positive, "pipeline", [["kind": "clip"]]), with(positive, "pipeline", [["kind": "clip"], ["kind": "bin"]]),
        with(table, "pipeline", [["kind": "impute"], ["kind": "hash"]]), with(positive, "pipeline", [["kind": "bin"]]),
        // Five bins as 0, ¼, …, 1: half-way between whole numbers there is something to round.
        with(positive, "pipeline", [["kind": "bin"], ["kind": "min-max"], ["kind": "cast", "to": "integer"]]), binary(folder: folder),
      ]
    case .response:
      return [
        make(folder: folder), with(make(folder: folder) { $0["world"] = Self.table }, "pipeline", encoding),
        make(folder: folder) { $0["world"] = ["kind": "mixture", "features": 2] },
      ]
    case .shift:
      let gaussian = make(folder: folder) { $0["feedback"] = follower }
      let encodings: [DocumentNode] = [[["kind": "impute"]], [["kind": "impute"], ["kind": "one-hot"]]]
      let worlds: [DocumentNode] = [
        "mixture", "categorical", ["kind": "gaussian", "features": 3, "outcome": "binary"], Self.table,
      ]
      return [gaussian, with(gaussian, "pipeline", encodings[0])]
        + worlds.map { with(with(gaussian, "world", $0), "pipeline", encodings[1]) }
    case .learner:
      return [make(folder: folder) { $0["feedback"] = follower }, binary(folder: folder)]
    case .runtime, .decision, .observation, .retraining, .detector:
      return [make(folder: folder) { $0["feedback"] = follower }]
    case .metric:
      return [
        make(folder: folder) { root in
          root["feedback"] = follower
          root["metrics"] = type.kind == "loss" ? [] : [["kind": "loss"]]
        }
      ]
    }
  }

  /// A response that reads a stream of its own.
  private static let follower: DocumentNode = [["kind": "label-follows-prediction", "form": "additive", "strength": 0.3, "exposed": 0.5]]
  private static let table: DocumentNode = ["kind": "table", "path": "example.csv", "target": "y"]

  private static func make(folder: String, _ change: (inout DocumentNode) -> Void = { _ in }) -> ScenarioDocument {
    var root: DocumentNode = [
      "name": "conformance", "seed": 20_240_229, "cycles": 4, "rows": 300,
      "world": ["kind": "gaussian", "features": 3, "coefficients": [1, -0.5, 0.25], "intercept": 0.5],
      "learner": ["kind": "ols"], "retraining": ["kind": "every"],
    ]
    change(&root)
    return ScenarioDocument(root: root, folder: folder)
  }

  /// Outcomes that are 0 or 1, and a learner of their probability.
  private static func binary(folder: String) -> ScenarioDocument {
    make(folder: folder) { root in
      root["world"] = ["kind": "gaussian", "features": 3, "coefficients": [1, -0.5, 0.25], "intercept": 0.5, "outcome": "binary"]
      root["learner"] = "logistic"
    }
  }

  private static func with(_ document: ScenarioDocument, _ section: String, _ node: DocumentNode) -> ScenarioDocument {
    var document = document
    document.root[section] = node
    return document
  }
}
