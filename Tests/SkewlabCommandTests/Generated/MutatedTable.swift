import SkewlabEngine

/// A table with faults that tables have, and a scenario that reads it.
struct MutatedTable {
  private var chance: Chance

  init(_ chance: Chance) { self.chance = chance }

  private static let bases: [[[String]]] = [
    table(["x", "z", "y"], 24) { ["\($0 * 7 % 5)", "\(Double($0) / 4)", "\($0 % 3)"] },
    table(["x", "town", "y"], 40) { ["\($0)", ["A", "B", "C, \"c\""][$0 % 3], "\($0 % 2)"] },
    table(["t", "x", "y"], 18) { ["\($0 / 2)", $0 % 3 == 0 ? "" : "\($0)", "1.5e\($0 % 3)"] },
    table(["x", "y"], 3) { ["\($0)", "\($0)"] },
  ]

  private static func table(_ header: [String], _ rows: Int, _ line: (Int) -> [String]) -> [[String]] { [header] + (0..<rows).map(line) }

  private static let cells = [
    "", " ", "NA", "nan", "NULL", "inf", "-inf", "Infinity", "1e308", "-1e308", "1e309", "5e-324", "-0", "1e-400", "1e160", "+1", "1.",
    ".5",
    "0x10", "1_000", "1,5", "1 000", "١", "٣٫٥", "=1+1", "\"", "\"\"", "a\"b", "'", "\t", "café", "cafe\u{301}", "\u{0}", "\u{1B}[31m",
    "\u{FEFF}",
    "99999999999999999999999", "1e", "--1", "true", "2024-01-01", "x", "y", "intercept", "a\nb", "a\r\nb", "\u{2028}",
    String(repeating: "9", count: 400), String(repeating: "w", count: 5000),
  ]

  /// What a number may look like.
  private static let numbers = ["0", "-3", "1e3", "1e-300", "-1e150", "0.1", "1e16", "123456789.123456789", "-0", "5e-324", "1.", ".5", ""]

  /// A scenario that reads `t.csv`.
  var scenario: DocumentNode {
    mutating get {
      var world: DocumentNode = ["kind": "table", "path": "t.csv", "target": "y"]
      if chance.happens(20) { world["categories"] = ["x"] }
      if chance.happens(20) { world["time"] = [.string(chance.pick(["x", "x", "t", "y"]))] }
      if chance.happens(20) { world["draw"] = .string(chance.pick(["bootstrap", "in-order", "shuffle", "first-period"])) }
      if chance.happens(20) { world["when-exhausted"] = "wrap" }
      if chance.happens(5) { world["log-target"] = true }
      var root: DocumentNode = ["cycles": 2]
      root["rows"] = .integer(chance.pick([1, 3, 4, 4, 8]))
      root["world"] = world
      root["pipeline"] = chance.happens(80) ? ["impute", "one-hot"] : ["impute", "ordinal", "standardize"]
      if chance.happens(30) {
        root["learner"] = .string(chance.pick(["ridge", "constant", "huber", "logistic", "recursive-least-squares"]))
      }
      if chance.happens(20) { root["feedback"] = ["anchoring"] }
      return root
    }
  }

  /// The table as a file.
  mutating func bytes() -> [UInt8] {
    var rows = chance.pick(Self.bases)
    for _ in 0..<(1 + chance.below(2)) { change(&rows) }
    let ending = chance.pick(["\n", "\n", "\n", "\r\n", "\r", "\n\n"]),
      separator = chance.happens(90) ? "," : chance.pick([";", "\t", "|", ", "])
    let quotes = chance.pick(["none", "all", "needed", "needed", "needed"])
    var text = rows.map { $0.map { quoted($0, quotes) }.joined(separator: separator) + ending }.joined()
    if chance.happens(10) { text = String(text.unicodeScalars.dropLast()) }
    if chance.happens(10) { text = "\u{FEFF}" + text }
    var bytes = Array(text.utf8)
    if chance.happens(2) { bytes = text.utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] } }
    if chance.happens(15) { damage(&bytes) }
    return bytes
  }

  private func quoted(_ cell: String, _ quotes: String) -> String {
    let isNeeded = cell.unicodeScalars.contains { [",", "\"", "\n", "\r"].contains($0) }
    guard quotes == "all" || quotes == "needed" && isNeeded else { return cell }
    return "\"" + cell.replacing("\"", with: "\"\"") + "\""
  }

  private mutating func change(_ rows: inout [[String]]) {
    let row = chance.below(rows.count), column = rows[row].isEmpty ? 0 : chance.below(rows[row].count)
    switch chance.below(12) {
    case 0...3: if rows[row].indices.contains(column) { rows[row][column] = chance.pick(chance.happens(70) ? Self.numbers : Self.cells) }
    case 4: if chance.happens(30), rows[row].indices.contains(column) { rows[row].remove(at: column) }
    case 5:
      for index in rows.indices where rows[index].indices.contains(column) { rows[index].append(rows[index][column]) }
      if chance.happens(70), let last = rows[0].indices.last { rows[0][last] += "2" }
    case 6: for index in rows.indices where rows[index].indices.contains(column) { rows[index].remove(at: column) }
    case 7:
      // A whole column of one odd text, or of two.
      let odd = [chance.pick(Self.cells), chance.pick(Self.cells)]
      for index in rows.indices.dropFirst() where rows[index].indices.contains(column) { rows[index][column] = odd[index % 2] }
    case 8: rows.insert(rows[row], at: chance.below(rows.count + 1))
    case 9: rows.remove(at: row)
    case 10: rows = Array(rows.prefix(1 + chance.below(3)))
    default: rows.insert([], at: chance.below(rows.count + 1))
    }
    if rows.isEmpty { rows = [[]] }
  }

  private mutating func damage(_ bytes: inout [UInt8]) {
    for _ in 0..<(1 + chance.below(3)) where !bytes.isEmpty {
      let at = chance.below(bytes.count)
      switch chance.below(4) {
      case 0: bytes[at] = UInt8(chance.below(256))
      case 1: bytes.removeSubrange(at...)
      case 2: bytes.remove(at: at)
      default: bytes.insert(contentsOf: [0xC3, 0x28, 0x22].prefix(1 + chance.below(3)), at: at)
      }
    }
  }
}
