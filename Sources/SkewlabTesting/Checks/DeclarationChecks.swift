internal import OrderedCollections
internal import SkewlabEngine

/// What a kind says of itself.
enum DeclarationChecks {
  struct Declared: Sendable {
    let check: Conformance.Check
    let messages: @Sendable (any Component.Type) -> [String]
  }

  static let all = [
    Declared(check: .documented, messages: documented),
    Declared(check: .defaults, messages: defaults),
  ]

  @Sendable private static func documented(_ type: any Component.Type) -> [String] {
    var found: [String] = []
    if !isWords(type.kind, joinedBy: "-") { found.append("the kind '\(type.kind)' is not in kebab case") }
    if type.summary.isEmpty { found.append("the summary is empty") }
    if type.summary.count > 80 { found.append("the summary has \(type.summary.count) characters; 80 is the most") }
    if type.summary.hasSuffix(".") { found.append("the summary ends with a full stop") }
    if type.summary.contains(where: \.isNewline) { found.append("the summary has more than one line") }
    if type.definition.allSatisfy(\.isWhitespace) { found.append("the definition is empty") }
    var names: Set<String> = ["kind"]
    for parameter in Catalog.parameters(of: type) {
      if !isWords(parameter.name, joinedBy: "-") { found.append("the parameter '\(parameter.name)' is not in kebab case") }
      if parameter.about.allSatisfy(\.isWhitespace) { found.append("the parameter '\(parameter.name)' has no `about`") }
      if !names.insert(parameter.name).inserted {
        found.append("the parameter '\(parameter.name)' is declared twice, or is a key of its role")
      }
      if parameter.isRequired, parameter.defaultValue != nil {
        found.append("the parameter '\(parameter.name)' is required and has a default")
      }
    }
    for key in type.example.entries?.keys ?? [] where key == "kind" || !names.contains(key) {
      found.append("the example gives '\(key)', which is no parameter of its own")
    }
    if type.role.carriesCause, type.defaultCause == nil { found.append("a \(type.role) carries a cause, and this one declares none") }
    if !type.role.carriesCause, type.defaultCause != nil { found.append("a \(type.role) carries no cause, and this one declares one") }
    return found
  }

  @Sendable private static func defaults(_ type: any Component.Type) -> [String] {
    var found: [String] = []
    for parameter in Catalog.parameters(of: type) {
      if let value = parameter.defaultValue {
        do { try parameter.type.check(value, at: DocumentPath([parameter.name])) } catch {
          found.append("the default of '\(parameter.name)' breaks its own declaration: \(error)")
          continue
        }
      }
      if !parameter.isRequired, !parameter.reads(parameter.defaultValue) {
        found.append("the declaration of '\(parameter.name)' does not read its own default")
      }
    }
    return found
  }

  /// Lower-case words of letters and digits, the first beginning with a letter, joined by one separator each.
  static func isWords(_ text: String, joinedBy separator: Character) -> Bool {
    guard let first = text.first, ("a"..."z").contains(first) else { return false }
    return text.split(separator: separator, omittingEmptySubsequences: false).allSatisfy { word in
      !word.isEmpty && word.allSatisfy { ("a"..."z").contains($0) || ("0"..."9").contains($0) }
    }
  }
}
