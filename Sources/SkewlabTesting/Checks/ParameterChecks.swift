internal import OrderedCollections
internal import SkewlabEngine

/// What a kind refuses, and what it says then.
enum ParameterChecks {
  static let all = [
    NamedCheck(.badValues, badValues), NamedCheck(.unknownKey, unknownKey), NamedCheck(.missingRequired, missingRequired),
  ]

  @Sendable private static func badValues(_ subject: Subject) throws(ScenarioError) -> [String] {
    var found: [String] = []
    for parameter in Catalog.parameters(of: subject.type) {
      for bad in BadValues.of(parameter.type) {
        let text = "\(parameter.name): \(bad.value.json())"
        let path = DocumentPath(subject.path.steps + [parameter.name] + bad.steps)
        do {
          _ = try subject.setting(parameter.name, bad.value)
          found.append("takes \(text), which its declaration excludes")
        } catch {
          if !error.problems.contains(where: { $0.message.contains(path.description) }) {
            found.append("refuses \(text) without naming \(path): \(error)")
          }
        }
      }
    }
    return found
  }

  @Sendable private static func unknownKey(_ subject: Subject) throws(ScenarioError) -> [String] {
    let known = ["kind"] + Catalog.parameters(of: subject.type).map(\.name)
    return known.flatMap { name -> [String] in
      let typo = name + "x"
      if known.contains(typo) { return [] }
      do {
        _ = try subject.setting(typo, 1)
        return ["takes the unknown key '\(typo)'"]
      } catch {
        return "\(error)".contains("did you mean '") ? [] : ["refuses '\(typo)' without a suggestion: \(error)"]
      }
    }
  }

  @Sendable private static func missingRequired(_ subject: Subject) throws(ScenarioError) -> [String] {
    Catalog.parameters(of: subject.type).filter(\.isRequired).flatMap { parameter -> [String] in
      do {
        _ = try subject.setting(parameter.name, nil)
        return ["does without '\(parameter.name)', which it declares required"]
      } catch {
        return "\(error)".contains("'\(parameter.name)'") ? [] : ["misses '\(parameter.name)' without naming it: \(error)"]
      }
    }
  }
}
