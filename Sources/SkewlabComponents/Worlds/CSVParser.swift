/// Cuts blocks of a CSV file into records and cells, and remembers the line and the number of rows from block to block.
///
/// A block that ends within a record is parsed up to that record, which has to be the beginning of the next block.
struct CSVParser {
  private let path: String
  private var line = 1
  private(set) var rows = 0

  init(path: String) { self.path = path }

  /// A cell within the block.
  private struct Cell {
    /// Its bytes.
    let range: Range<Int>
    /// Whether the bytes have doubled quotes, to be halved.
    let hasQuotes: Bool
    /// The first byte after its comma or line end.
    let next: Int
    let endsRecord: Bool
  }

  /// The header's names, and the byte after them; `nil` when the block ends before they do.
  mutating func header(in bytes: ArraySlice<UInt8>, isLast: Bool) throws(CSVError) -> (names: [String], end: Int)? {
    let block = bytes.span
    var position = 0, line = line
    guard Self.skipBlankLines(block, &position, &line, isLast: isLast), position < block.count else { return nil }
    var names: [String] = []
    while true {
      guard let cell = try cut(block, at: position, isLast: isLast, line: &line) else { return nil }
      let text = block.extracting(cell.range)
      names.append(CSVText.trimmed(cell.hasQuotes ? String(decoding: Self.halved(text), as: UTF8.self) : CSVText.string(text)))
      position = cell.next
      if cell.endsRecord { break }
    }
    self.line = line
    return (names, position)
  }

  /// Reads the records that a block holds in full into the columns; returns the byte after them.
  mutating func records(in bytes: ArraySlice<UInt8>, isLast: Bool, into columns: inout [CSVColumn]) throws(CSVError) -> Int {
    let block = bytes.span
    var line = line, next = 0
    while true {
      var position = next
      guard Self.skipBlankLines(block, &position, &line, isLast: isLast) else { return next }
      next = position
      self.line = line
      if position == block.count { return next }
      var column = 0
      while true {
        if column < columns.count, columns[column].takesEveryNumber,
          let (value, end) = DecimalScanner.scan(block, from: position), end < block.count,
          block[end] == Self.comma || block[end] == Self.newline
        {
          columns[column].append(value, line: self.line)
          column += 1
          position = end + 1
          if block[end] == Self.comma { continue }
          line += 1
          break
        }
        guard let cell = try cut(block, at: position, isLast: isLast, line: &line) else {
          for c in columns.indices { columns[c].truncate(to: rows) }
          return next
        }
        if column < columns.count, columns[column].isWanted {
          let text = block.extracting(cell.range)
          if cell.hasQuotes {
            columns[column].append(Self.halved(text).span, line: self.line)
          } else {
            columns[column].append(text, line: self.line)
          }
        }
        column += 1
        position = cell.next
        if cell.endsRecord { break }
      }
      guard column == columns.count else {
        throw CSVError(
          place: "\(path):\(self.line)",
          reason:
            "this row has \(column) cell\(column == 1 ? "" : "s"), the header has \(columns.count); a cell with a comma in it needs quotes")
      }
      rows += 1
      next = position
      self.line = line
    }
  }

  /// Passes line ends; `false` when the last one may go on in the next block.
  private static func skipBlankLines(_ block: Span<UInt8>, _ position: inout Int, _ line: inout Int, isLast: Bool) -> Bool {
    while position < block.count, block[position] == newline || block[position] == carriageReturn {
      guard let end = lineEnd(block, at: position, isLast: isLast) else { return false }
      position = end
      line += 1
    }
    return true
  }

  /// The byte after a line end; `nil` when it may go on in the next block.
  private static func lineEnd(_ block: Span<UInt8>, at position: Int, isLast: Bool) -> Int? {
    if block[position] == newline { return position + 1 }
    if position + 1 == block.count { return isLast ? position + 1 : nil }
    return block[position + 1] == newline ? position + 2 : position + 1
  }

  /// The cell that starts at a byte; `nil` when the block ends before it does.
  private func cut(_ block: Span<UInt8>, at start: Int, isLast: Bool, line: inout Int) throws(CSVError) -> Cell? {
    var position = start, content = start..<start, hasQuotes = false
    if start < block.count, block[start] == Self.quote {
      let opened = line
      position += 1
      while true {
        while position < block.count, block[position] != Self.quote {
          if block[position] == Self.newline { line += 1 }
          position += 1
        }
        if position == block.count {
          if isLast { throw CSVError(place: "\(path):\(opened)", reason: "a quote that opens here is never closed") }
          return nil
        }
        if position + 1 == block.count, !isLast { return nil }
        guard position + 1 < block.count, block[position + 1] == Self.quote else { break }
        hasQuotes = true
        position += 2
      }
      content = start + 1..<position
      position += 1
      if position < block.count, ![Self.comma, Self.newline, Self.carriageReturn].contains(block[position]) {
        throw CSVError(
          place: "\(path):\(line)", reason: "there is text after a closing quote; double a quote that belongs to the text (\"\")")
      }
    } else {
      while position < block.count, !Self.endsPlainCell(block[position]) { position += 1 }
      content = start..<position
    }
    if position == block.count {
      return isLast ? Cell(range: content, hasQuotes: hasQuotes, next: position, endsRecord: true) : nil
    }
    if block[position] == Self.comma { return Cell(range: content, hasQuotes: hasQuotes, next: position + 1, endsRecord: false) }
    guard let end = Self.lineEnd(block, at: position, isLast: isLast) else { return nil }
    line += 1
    return Cell(range: content, hasQuotes: hasQuotes, next: end, endsRecord: true)
  }

  private static func endsPlainCell(_ byte: UInt8) -> Bool { byte == comma || byte == newline || byte == carriageReturn }

  /// A quoted text with its doubled quotes halved.
  private static func halved(_ text: Span<UInt8>) -> [UInt8] {
    var bytes: [UInt8] = [], i = 0
    while i < text.count {
      bytes.append(text[i])
      i += text[i] == quote ? 2 : 1
    }
    return bytes
  }

  private static let comma = UInt8(ascii: ","), quote = UInt8(ascii: "\""), newline = UInt8(ascii: "\n"),
    carriageReturn = UInt8(ascii: "\r")
}
