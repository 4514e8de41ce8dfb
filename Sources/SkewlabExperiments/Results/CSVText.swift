/// RFC 4180 text in the making: dot decimals, shortest round-trip numbers, empty cells for what is not there, LF line ends.
struct CSVText {
  /// The bytes so far, UTF-8.
  private(set) var bytes: [UInt8] = []
  private var isLineBegun = false

  /// The lines so far.
  var text: String { String(decoding: bytes, as: UTF8.self) }

  /// No lines yet.
  init() {}

  /// A whole line.
  init(line cells: [String]) {
    for cell in cells { add(cell) }
    endLine()
  }

  /// Adds text. If a spreadsheet would run it as a formula, a quotation mark comes before it.
  mutating func add(_ text: String) {
    beginCell()
    let isFormula = text.utf8.first.map(Self.formulaSigns.contains) ?? false
    addQuoted(isFormula ? "'" + text : text)
  }

  /// Adds text as it is, for a file that no spreadsheet opens.
  mutating func add(exactly text: String) {
    beginCell()
    addQuoted(text)
  }

  /// = + - @, tab and carriage return.
  private static let formulaSigns: [UInt8] = [61, 43, 45, 64, 9, 13]

  private mutating func addQuoted(_ text: String) {
    guard text.utf8.contains(where: { $0 == 44 || $0 == 34 || $0 == 10 || $0 == 13 }) else {
      bytes += text.utf8
      return
    }
    bytes += ("\"" + text.replacing("\"", with: "\"\"") + "\"").utf8
  }

  mutating func add(_ number: Int) {
    beginCell()
    bytes += String(number).utf8
  }

  /// Adds a number. One that is not finite has no place in a result: its cell stays empty.
  mutating func add(_ number: Double?) {
    beginCell()
    guard let number, number.isFinite else { return }
    bytes += number.description.utf8
    if bytes.suffix(2).elementsEqual([46, 48]) { bytes.removeLast(2) }
  }

  /// Begins a line with cells that were made before.
  mutating func add(_ cells: CSVText) {
    beginCell()
    bytes += cells.bytes
  }

  mutating func endLine() {
    bytes.append(10)
    isLineBegun = false
  }

  /// Forgets the lines, but keeps their room.
  mutating func removeAll() {
    bytes.removeAll(keepingCapacity: true)
    isLineBegun = false
  }

  private mutating func beginCell() {
    if isLineBegun { bytes.append(44) }
    isLineBegun = true
  }
}
