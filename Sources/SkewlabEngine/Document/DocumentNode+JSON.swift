extension DocumentNode {
  /// The node as JSON (RFC 8259), with numbers in their shortest round-trip form.
  ///
  /// JSON has no infinity and no NaN: they are written as the strings `"inf"`, `"-inf"` and `"nan"`.
  ///
  /// - Parameter indented: Two spaces a level, with short lists on one line; otherwise everything on one line.
  public func json(indented: Bool = false) -> String {
    var text = ""
    write(to: &text, indented: indented, level: 0)
    return text
  }

  private func write(to text: inout String, indented: Bool, level: Int) {
    switch value {
    case .null: text += "null"
    case .bool(let bool): text += bool ? "true" : "false"
    case .integer(let integer): text += String(integer)
    case .number(let number): text += number.isFinite ? decimalText(number) : "\"\(decimalText(number))\""
    case .string(let string): Self.quote(string, to: &text)
    case .list(let items):
      let isFlat = items.allSatisfy { $0.items == nil && $0.entries == nil }
      Self.writeSequence(items, "[", "]", to: &text, indented: indented && !isFlat, spaced: indented, level: level) { item, text in
        item.write(to: &text, indented: indented, level: level + 1)
      }
    case .map(let entries):
      Self.writeSequence(Array(entries), "{", "}", to: &text, indented: indented, spaced: indented, level: level) { entry, text in
        Self.quote(entry.key, to: &text)
        text += indented ? ": " : ":"
        entry.value.write(to: &text, indented: indented, level: level + 1)
      }
    }
  }

  private static func writeSequence<Element>(
    _ elements: [Element], _ open: String, _ close: String, to text: inout String, indented: Bool, spaced: Bool, level: Int,
    each: (Element, inout String) -> Void
  ) {
    text += open
    for (index, element) in elements.enumerated() {
      if index > 0 { text += spaced && !indented ? ", " : "," }
      if indented { text += "\n" + String(repeating: "  ", count: level + 1) }
      each(element, &text)
    }
    if indented, !elements.isEmpty { text += "\n" + String(repeating: "  ", count: level) }
    text += close
  }

  private static func quote(_ string: String, to text: inout String) {
    text += "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case _ where scalar.value < 0x20:
        let hex = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}

/// A number in its shortest form that reads back as the same `Double`: `5`, `0.1`, `1e-05`, `inf`, `nan`.
public func decimalText(_ value: Double) -> String {
  let text = value.description
  return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
}
