public import OrderedCollections

/// The type and range of a parameter: what messages, `describe` and the JSON Schema say of it, and what a value is checked against.
public indirect enum ParameterType: Sendable, Hashable {
  /// A number in a range.
  case number(NumberRange)
  /// A whole number in a range, ends included.
  case integer(ClosedRange<Int>)
  /// `true` or `false`.
  case flag
  /// Any text.
  case text
  /// One of these words.
  case choice([String])
  /// A list of values of one type, of at least this length.
  case list(ParameterType, atLeast: Int)
  /// A map with these keys, each with its type; `nil` types are required to be absent elsewhere.
  case map(OrderedDictionary<String, ParameterType>)
  /// Any of several.
  case either([ParameterType])
  /// A component of a role, as its section of a scenario has them; made with ``Arguments/component(_:)``.
  case component(Role)

  /// The type in words.
  public var description: String {
    switch self {
    case .number(let range): range == .finite ? "a number" : "a number, \(range)"
    case .integer(let range): "a whole number, \(Self.words(range))"
    case .flag: "true or false"
    case .text: "text"
    case .choice(let words): words.count == 1 ? "the word \(words[0])" : "one of \(words.joined(separator: ", "))"
    case .list(let element, _): "a list, each \(element.description)"
    case .map(let entries): "a map {\(entries.map { "\($0.key): \($0.value.description)" }.joined(separator: "; "))}"
    case .either(let types): types.map(\.description).joined(separator: ", or ")
    case .component(let role): "a \(role.rawValue), as in `\(role.section)`"
    }
  }

  /// The value as it is read: one text where a list of texts is expected is a list of that text, at any depth.
  package func normalized(_ node: DocumentNode) -> DocumentNode {
    var result = node
    switch self {
    case .list(.text, _) where node.text != nil: result.value = .list([node])
    case .list(let element, _):
      if let items = node.items { result.value = .list(items.map(element.normalized)) }
    case .map(let types):
      for (key, type) in types { if let value = node[key] { result[key] = type.normalized(value) } }
    case .either(let types):
      if let type = types.first(where: { $0.fits(node) }) ?? types.first(where: { $0.fits($0.normalized(node)) }) {
        return type.normalized(node)
      }
    case .number, .integer, .flag, .text, .choice, .component: break
    }
    return result
  }

  private var isListOfTexts: Bool { if case .list(.text, _) = self { true } else { false } }

  static func words(_ range: ClosedRange<Int>) -> String {
    range.upperBound == .max ? "\(range.lowerBound) or more" : "from \(range.lowerBound) to \(range.upperBound)"
  }

  /// The JSON Schema (2020-12) of a value of this type.
  public var schema: DocumentNode {
    switch self {
    case .number(let range):
      var node: DocumentNode = ["type": "number"]
      if range.lower.isFinite { node[range.includesLower ? "minimum" : "exclusiveMinimum"] = .number(range.lower) }
      if range.upper.isFinite { node[range.includesUpper ? "maximum" : "exclusiveMaximum"] = .number(range.upper) }
      return node
    case .integer(let range):
      var node: DocumentNode = ["type": "integer"]
      if range.lowerBound != .min { node["minimum"] = .integer(range.lowerBound) }
      if range.upperBound != .max { node["maximum"] = .integer(range.upperBound) }
      return node
    case .flag: return ["type": "boolean"]
    case .text: return ["type": "string"]
    case .choice(let words): return ["enum": .texts(words)]
    case .list(let element, let least):
      var node: DocumentNode = ["type": "array", "items": element.schema]
      if least > 0 { node["minItems"] = .integer(least) }
      return isListOfTexts ? ["anyOf": [node, element.schema]] : node
    case .map(let entries):
      var properties: DocumentNode = [:]
      for (key, type) in entries { properties[key] = type.schema }
      return ["type": "object", "properties": properties, "additionalProperties": false]
    case .either(let types): return ["anyOf": DocumentNode(.list(types.map(\.schema)))]
    case .component(let role): return ["$ref": .string("#/$defs/\(role.rawValue)")]
    }
  }

  /// Throws unless the node is of this type and in its range.
  public func check(_ node: DocumentNode, at path: DocumentPath) throws(ScenarioError) {
    func wrongType() -> ScenarioError { ScenarioError(.wrongType(expected: description, found: node), path: path, location: node.location) }
    switch self {
    case .number(let range):
      guard let value = node.double else { throw wrongType() }
      guard range.contains(value) else {
        let allowed = value.isFinite || range == .finite ? range.description : "\(range), and finite"
        throw ScenarioError(.outOfRange(node, allowed: allowed), path: path, location: node.location)
      }
    case .integer(let range):
      guard let number = node.double else { throw wrongType() }
      guard let value = node.integer else {
        guard number == number.rounded() else { throw wrongType() }
        let allowed = "from \(range.lowerBound) to \(range.upperBound)"
        throw ScenarioError(.outOfRange(node, allowed: allowed), path: path, location: node.location)
      }
      guard range.contains(value) else {
        throw ScenarioError(.outOfRange(node, allowed: Self.words(range)), path: path, location: node.location)
      }
    case .flag:
      guard case .bool = node.value else { throw wrongType() }
    case .text:
      guard node.text != nil else { throw wrongType() }
    case .choice(let words):
      guard let word = node.text else { throw wrongType() }
      guard words.contains(word) else { throw ScenarioError(.notAllowed(word, allowed: words), path: path, location: node.location) }
    case .list(let element, let least):
      guard let items = node.items else { throw wrongType() }
      guard items.count >= least else {
        throw ScenarioError(.outOfRange(node, allowed: "a list of \(least) or more"), path: path, location: node.location)
      }
      for (index, item) in items.enumerated() { try element.check(item, at: path.appending(index)) }
    case .map(let types):
      guard let entries = node.entries else { throw wrongType() }
      for (key, value) in entries {
        guard let type = types[key] else {
          throw ScenarioError(.unknownKey(key, allowed: Array(types.keys)), path: path, location: value.keyLocation ?? value.location)
        }
        try type.check(value, at: path.appending(key))
      }
    case .either(let types):
      guard let type = types.first(where: { $0.fits(node) }) else { throw wrongType() }
      try type.check(node, at: path)
    case .component:
      guard fits(node) else { throw wrongType() }
    }
  }

  /// Whether the outer shape is right, so that an error inside is worth telling.
  private func fits(_ node: DocumentNode) -> Bool {
    switch self {
    case .number, .integer: node.double != nil
    case .flag: if case .bool = node.value { true } else { false }
    case .text: node.text != nil
    case .choice(let words): node.text.map(words.contains) ?? false
    case .list(let element, _): node.items.map { items in items.allSatisfy { element.fits($0) } } ?? false
    case .map: node.entries != nil
    case .either(let types): types.contains { $0.fits(node) }
    case .component: node.text != nil || node.entries != nil
    }
  }
}
