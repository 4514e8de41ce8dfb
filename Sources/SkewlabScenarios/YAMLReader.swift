internal import OrderedCollections
public import SkewlabEngine
internal import Yams

/// Reads YAML 1.2 into documents, keeping the line and column of every value.
///
/// The core schema of YAML 1.2 is applied to plain scalars: `null`, `~`; `true`, `false`; decimal, `0x` and `0o` whole numbers; decimals,
/// `.inf`, `.nan`. Everything else is text; so are `yes`, `no`, `on`, `off`.
public enum YAMLReader {
  /// Nesting beyond this is refused, and so are documents of more values than ``valueLimit``: aliases can grow without bound.
  public static let depthLimit = 64
  /// How many values a document may have, aliases expanded.
  public static let valueLimit = 200_000

  /// Reads a scenario.
  ///
  /// - Parameters:
  ///   - text: The YAML.
  ///   - file: The file's name, for messages.
  ///   - folder: What paths of data are relative to.
  public static func document(_ text: String, file: String, folder: String? = nil) throws(ScenarioError) -> ScenarioDocument {
    let node = try value(text, file: file)
    guard node.entries != nil else {
      throw ScenarioError(
        .wrongType(expected: "a map of sections such as world, learner, cycles", found: node),
        location: node.location ?? SourceLocation(file: file))
    }
    return ScenarioDocument(root: node, folder: folder)
  }

  /// Reads any value.
  public static func value(_ text: String, file: String) throws(ScenarioError) -> DocumentNode {
    try checkNesting(text, file: file)
    let composed: Node?
    do {
      composed = try compose(yaml: text)
    } catch {
      throw syntaxError(error, text: text, file: file)
    }
    guard let composed else { return DocumentNode(.null, at: SourceLocation(file: file)) }
    var converter = Converter(file: file)
    return try converter.convert(composed, depth: 0)
  }

  /// Reads the value of a command-line override; its place is the override itself.
  public static func override(_ text: String, shownAs source: String) throws(ScenarioError) -> DocumentNode {
    let place = SourceLocation(file: source)
    do {
      var node = try value(text, file: source)
      node.relocate(to: place)
      return node
    } catch {
      throw ScenarioError(
        error.problems.map { problem in
          var problem = problem
          problem.location = place
          return problem
        })
    }
  }

  /// The parser's own recursion is not bounded: flow brackets are counted before it sees them.
  private static func checkNesting(_ text: String, file: String) throws(ScenarioError) {
    var depth = 0, line = 1
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
      case UInt8(ascii: "]"), UInt8(ascii: "}"): depth = max(0, depth - 1)
      case UInt8(ascii: "\n"): line += 1
      default: break
      }
      if depth > 4 * depthLimit { throw tooDeep(SourceLocation(file: file, line: line)) }
    }
  }

  fileprivate static func tooDeep(_ location: SourceLocation) -> ScenarioError {
    ScenarioError(.conflict("values are nested more than \(depthLimit) deep", advice: "flatten the document"), location: location)
  }

  private static func syntaxError(_ error: any Error, text: String, file: String) -> ScenarioError {
    func failure(_ problem: String, line number: Int?, column: Int?) -> ScenarioError {
      let location = SourceLocation(file: file, line: number, column: column)
      let line = number.flatMap { text.split(separator: "\n", omittingEmptySubsequences: false).dropFirst($0 - 1).first } ?? ""
      let advice =
        line.prefix { $0 == " " || $0 == "\t" }.contains("\t") ? "indent with spaces: YAML does not allow tabs" : "correct the YAML here"
      return ScenarioError(.conflict("this is not YAML: \(problem)", advice: advice), location: location)
    }
    switch error as? YamlError {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _):
      if problem.hasPrefix("Maximum nesting level") { return tooDeep(SourceLocation(file: file, line: mark.line, column: mark.column)) }
      return failure(problem, line: mark.line, column: mark.column)
    case .composer(let context, let problem, let mark, _):
      return failure([context?.text, problem].compactMap(\.self).joined(separator: ", "), line: mark.line, column: mark.column)
    case .duplicatedKeysInMapping(let duplicates, let context):
      let place = secondPlace(of: duplicates.first ?? "", after: context.mark, in: text)
      let keys = duplicates.map { "\($0)" }.sorted().joined(separator: ", ")
      return ScenarioError(
        .conflict("a key is there twice: \(keys)", advice: "remove one, or merge them"),
        location: SourceLocation(file: file, line: place.line, column: place.column))
    case .reader(let problem, let offset, _, _):
      return failure(problem, line: offset.map { text.utf8.prefix($0).count { $0 == 10 } + 1 }, column: nil)
    default: return failure("\(error)", line: nil, column: nil)
    }
  }
}

extension YAMLReader {
  /// Where a key stands for the second time in the map that starts at a mark; the parser tells the map only. Keys within one line keep the mark.
  private static func secondPlace(of key: String, after mark: Mark, in text: String) -> (line: Int, column: Int) {
    var seen = 0
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().dropFirst(mark.line - 1) {
      let content = line.drop { $0 == " " || $0 == "-" }
      guard content.hasPrefix(key + ":") else { continue }
      let column = line.count - content.count + 1
      if column == mark.column { seen += 1 }
      if seen == 2 { return (index + 1, column) }
    }
    return (mark.line, mark.column)
  }
}

/// From the parser's nodes to ours.
private struct Converter {
  let file: String
  var values = 0

  init(file: String) { self.file = file }

  mutating func convert(_ node: Node, depth: Int) throws(ScenarioError) -> DocumentNode {
    let location = place(node)
    values += 1
    if depth > YAMLReader.depthLimit { throw YAMLReader.tooDeep(location) }
    if values > YAMLReader.valueLimit {
      throw ScenarioError(
        .conflict("the document has more than \(YAMLReader.valueLimit) values, aliases expanded", advice: "remove aliases"),
        location: location)
    }
    if let tag = Self.tag(node) {
      throw ScenarioError(.conflict("the tag '\(tag)' means nothing here", advice: "remove it"), location: location)
    }
    switch node {
    case .scalar(let scalar):
      var converted = DocumentNode(Self.resolve(scalar), at: location)
      if converted.text == nil, !scalar.string.isEmpty { converted.written = scalar.string }
      return converted
    case .sequence(let sequence):
      var items: [DocumentNode] = []
      for item in sequence { items.append(try convert(item, depth: depth + 1)) }
      return DocumentNode(.list(items), at: location)
    case .mapping(let mapping):
      var entries: OrderedDictionary<String, DocumentNode> = [:]
      for (key, value) in mapping {
        guard case .scalar(let name) = key else {
          throw ScenarioError(.conflict("a key is not a plain word", advice: "write `key: value`"), location: place(key))
        }
        var converted = try convert(value, depth: depth + 1)
        converted.keyLocation = place(key)
        if entries.updateValue(converted, forKey: name.string) != nil {
          throw ScenarioError(.conflict("a key is there twice: \(name.string)", advice: "remove one, or merge them"), location: place(key))
        }
      }
      return DocumentNode(.map(entries), at: location)
    case .alias:
      throw ScenarioError(.conflict("an alias leads nowhere", advice: "define its anchor before it"), location: location)
    }
  }

  /// A tag that was written; values have none but what their text says.
  private static func tag(_ node: Node) -> String? {
    let tag: Tag? =
      switch node {
      // The parser itself says of text in quotes that it is text.
      case .scalar(let scalar): scalar.style == .plain || scalar.tag.rawValue != Tag.Name.str.rawValue ? scalar.tag : nil
      case .sequence(let sequence): sequence.tag
      case .mapping(let mapping): mapping.tag
      case .alias: nil
      }
    return tag.flatMap { [Tag.implicit.rawValue, "!"].contains($0.rawValue) ? nil : $0.rawValue }
  }

  private func place(_ node: Node) -> SourceLocation {
    SourceLocation(file: file, line: node.mark?.line, column: node.mark?.column)
  }

  /// The core schema of YAML 1.2, section 10.3.2.
  private static func resolve(_ scalar: Node.Scalar) -> DocumentNode.Content {
    let text = scalar.string
    guard scalar.style == .plain || scalar.style == .any else { return .string(text) }
    switch text {
    case "", "~", "null", "Null", "NULL": return .null
    case "true", "True", "TRUE": return .bool(true)
    case "false", "False", "FALSE": return .bool(false)
    case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF": return .number(.infinity)
    case "-.inf", "-.Inf", "-.INF": return .number(-.infinity)
    case ".nan", ".NaN", ".NAN": return .number(.nan)
    default: return number(text) ?? .string(text)
    }
  }

  private static func number(_ text: String) -> DocumentNode.Content? {
    if text.hasPrefix("0x"), let value = Int(text.dropFirst(2), radix: 16) { return .integer(value) }
    if text.hasPrefix("0o"), let value = Int(text.dropFirst(2), radix: 8) { return .integer(value) }
    guard text.utf8.allSatisfy({ byte in (48...57).contains(byte) || [43, 45, 46, 69, 101].contains(byte) }),
      text.utf8.contains(where: { (48...57).contains($0) })
    else { return nil }
    if let value = Int(text) { return .integer(value) }
    let padded = text.hasSuffix(".") ? text + "0" : text
    return Double(padded).map { .number($0) }
  }
}

extension DocumentNode {
  /// Gives every value the same place.
  fileprivate mutating func relocate(to place: SourceLocation) {
    location = place
    keyLocation = place
    switch value {
    case .list(var items):
      for index in items.indices { items[index].relocate(to: place) }
      value = .list(items)
    case .map(var entries):
      for key in entries.keys { entries[key]?.relocate(to: place) }
      value = .map(entries)
    default: break
    }
  }
}
