internal import SkewlabEngine

/// RFC 4180 text: dot decimals, shortest round-trip numbers, empty cells for what is not there, LF line ends.
enum CSVText {
  static func line(_ cells: [String]) -> String { cells.map(cell).joined(separator: ",") + "\n" }

  static func cell(_ text: String) -> String {
    guard text.utf8.contains(where: { $0 == 44 || $0 == 34 || $0 == 10 || $0 == 13 }) else { return text }
    return "\"" + text.replacing("\"", with: "\"\"") + "\""
  }

  static func number(_ value: Double?) -> String { value.map(decimalText) ?? "" }
}
