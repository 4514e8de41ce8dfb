import OrderedCollections
import SkewlabEngine

extension DocumentNode {
  /// The document as YAML that a person can paste into a file: a line for each key, and for each item of a list.
  var yaml: String {
    (entries ?? [:]).map { key, value in
      guard let items = value.items, !items.isEmpty, items.contains(where: { $0.entries != nil }) else {
        return "\(Self.flow(.string(key))): \(Self.flow(value))\n"
      }
      return "\(Self.flow(.string(key))):\n" + items.map { "  - \(Self.flow($0))\n" }.joined()
    }.joined()
  }

  private static func flow(_ node: DocumentNode) -> String {
    switch node.value {
    case .number(let number) where !number.isFinite: number.isNaN ? ".nan" : number > 0 ? ".inf" : "-.inf"
    case .number(let number) where number == number.rounded() && abs(number) < 1e15: "\(number)"
    case .string(let text)
    where !text.isEmpty && text.allSatisfy({ $0.isASCII && ($0.isLetter || $0 == "-" || $0 == "_") }) && !isWord(text):
      text
    case .list(let items): "[" + items.map(flow).joined(separator: ", ") + "]"
    case .map(let entries): "{" + entries.map { "\(flow(.string($0.key))): \(flow($0.value))" }.joined(separator: ", ") + "}"
    default: node.json()
    }
  }

  /// Whether YAML would read it as something else than text.
  private static func isWord(_ text: String) -> Bool {
    ["true", "false", "null", "nan", "inf", "yes", "no", "on", "off", "y", "n", "-", "e"].contains(text.lowercased())
  }
}
