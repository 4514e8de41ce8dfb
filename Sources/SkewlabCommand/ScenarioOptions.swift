internal import ArgumentParser
internal import OrderedCollections
internal import SkewlabEngine
internal import SkewlabScenarios

/// The scenario of a command, with its overrides.
struct ScenarioOptions: ParsableArguments {
  @Argument(help: "A scenario file (YAML).", completion: .file(extensions: ["yaml", "yml"]))
  var scenario: String

  @Option(
    name: .customLong("set"), parsing: .singleValue,
    help: ArgumentHelp("Change a value of the scenario: feedback.0.strength=0.6, world.features=20, arms=[].", valueName: "path=value"))
  var settings: [String] = []

  @Option(help: "The seed of every random number.")
  var seed: String?

  @Option(help: "Independent repetitions.")
  var replicates: String?

  @Option(help: "Cycles to serve.")
  var cycles: String?

  @Option(help: "Rows in each cycle.")
  var rows: String?

  /// The document, overrides applied in the order: --set as given, then --seed, --replicates, --cycles, --rows.
  func document() throws(ScenarioError) -> ScenarioDocument {
    var document = try ScenarioDocument(contentsOf: scenario)
    var overrides: [(path: String, value: String, shown: String)] = []
    for setting in settings {
      guard let equals = setting.firstIndex(of: "="), equals != setting.startIndex else {
        throw ScenarioError(
          .conflict("'\(setting)' is not of the form PATH=VALUE", advice: "write for example --set learner.penalty=0.1"),
          location: SourceLocation(file: "--set"))
      }
      overrides.append((String(setting[..<equals]), String(setting[setting.index(after: equals)...]), "--set \(setting)"))
    }
    for (key, value) in [("seed", seed), ("replicates", replicates), ("cycles", cycles), ("rows", rows)] {
      if let value { overrides.append((key, value, "--\(key) \(value)")) }
    }
    for (text, value, shown) in overrides {
      let place = SourceLocation(file: shown)
      guard let path = DocumentPath(parsing: text) else {
        throw ScenarioError(.notAPath(text), location: place)
      }
      let node = try YAMLReader.override(value, shownAs: shown)
      document = try Patch([.set(path, node)], at: place).applied(to: document)
    }
    return document
  }

  /// Overrides that an arm changes again: the arm has the last word.
  func notes(on document: ScenarioDocument) -> [String] {
    let arms = (try? document.arms()) ?? []
    return settings.compactMap { setting -> String? in
      let path = String(setting.prefix { $0 != "=" })
      let over = arms.filter { arm in
        arm.patch.operations.contains { "\($0.path).".hasPrefix(path + ".") || (path + ".").hasPrefix("\($0.path).") }
      }
      guard !over.isEmpty else { return nil }
      let names = over.map { "'\($0.name)'" }.joined(separator: ", ")
      return
        "--set \(path) holds where an arm does not set it too; these do: \(names). To change an arm: --set 'arms.\(over[over.count - 1].name).set={\(path): …}'"
    }
  }
}
