/// What the bytes of a cell say.
package enum CSVText {
  /// Without spaces and tabs at either end.
  static func trimmed(_ text: Span<UInt8>) -> Range<Int> {
    var start = 0, end = text.count
    while start < end, text[start] == space || text[start] == tab { start += 1 }
    while start < end, text[end - 1] == space || text[end - 1] == tab { end -= 1 }
    return start..<end
  }

  static func trimmed(_ text: String) -> String {
    let bytes = Array(text.utf8)
    return string(bytes.span.extracting(trimmed(bytes.span)))
  }

  static func string(_ text: Span<UInt8>) -> String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count)
    for i in text.indices { bytes.append(text[i]) }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// A cell as a number; `nil` when it is text, NaN when it is missing.
  package static func number(_ text: Span<UInt8>, missing: MissingTexts = .standard) -> Double? {
    if text.isEmpty { return .nan }
    if let (value, end) = DecimalScanner.scan(text, from: 0), end == text.count { return missing.contains(value) ? .nan : value }
    return number(string(text), missing: missing)
  }

  /// The same of a text that is not a short decimal number.
  static func number(_ text: String, missing: MissingTexts) -> Double? {
    if text.isEmpty || missing.contains(text) { return .nan }
    // Decimal numbers only: Double reads hexadecimal too.
    if text.utf8.contains(where: { $0 | 0x20 == UInt8(ascii: "x") }) { return nil }
    guard let value = Double(text) else { return nil }
    if value.isNaN { return missing.includesEveryNaN ? value : nil }
    return missing.contains(value) ? .nan : value
  }

  private static let space = UInt8(ascii: " "), tab = UInt8(ascii: "\t")
}
