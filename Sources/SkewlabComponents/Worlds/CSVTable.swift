internal import SkewlabEngine

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif
#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// What is wrong with a CSV file, and where.
struct CSVError: Error {
  /// `file`, or `file:line`.
  let place: String
  let reason: String
}

/// A CSV file (RFC 4180, UTF-8, with a header), cut into cells.
struct CSVTable: Sendable {
  let path: String
  let header: [String]
  let rowCount: Int
  /// Every cell's bytes, one after another, row by row, the header not among them; cell k ends at `ends[k]`.
  private let storage: [UInt8]
  private let ends: [Int]
  /// The line on which each row starts.
  private let lines: [Int]

  init(path: String) throws(CSVError) {
    self.path = path
    var reader = CSVReader(bytes: try Self.read(path), path: path)
    guard let header = try reader.nextRecord() else {
      throw CSVError(place: path, reason: "the file is empty; a table starts with a line of column names")
    }
    let names = reader.texts(of: header)
    if names.count == 1, let separator = [";", "\t"].first(where: { names[0].contains($0) }) {
      let what = separator == ";" ? "semicolons" : "tabs"
      throw CSVError(place: "\(path):1", reason: "the header is one column with \(what) in it; save the table with commas between cells")
    }
    for (index, name) in names.enumerated() {
      if name.isEmpty { throw CSVError(place: "\(path):1", reason: "column \(index + 1) has no name; name every column in the first line") }
      if names[..<index].contains(name) {
        throw CSVError(place: "\(path):1", reason: "two columns are named '\(name)'; rename one")
      }
    }
    reader.discardCells()
    var lines: [Int] = []
    while let record = try reader.nextRecord() {
      guard record.cells == names.count else {
        throw CSVError(
          place: "\(path):\(record.line)",
          reason:
            "this row has \(record.cells) cell\(record.cells == 1 ? "" : "s"), the header has \(names.count); a cell with a comma in it needs quotes"
        )
      }
      lines.append(record.line)
    }
    guard !lines.isEmpty else { throw CSVError(place: path, reason: "the table has column names and no rows; add rows") }
    self.header = names
    self.lines = lines
    rowCount = lines.count
    storage = reader.storage
    ends = reader.ends
  }

  private static func read(_ path: String) throws(CSVError) -> [UInt8] {
    var isFolder = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw CSVError(place: path, reason: "there is no such file; paths are relative to the scenario's folder")
    }
    if isFolder { throw CSVError(place: path, reason: "this is a folder; name a CSV file in it") }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw CSVError(place: path, reason: "the file cannot be read; check its permissions")
    }
    var bytes = [UInt8](data)
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
      throw CSVError(place: path, reason: "the file is UTF-16; save it as UTF-8")
    }
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
    if bytes.contains(0) {
      throw CSVError(place: path, reason: "the file has zero bytes in it, so that it is no text, or UTF-16; save it as UTF-8")
    }
    guard String(validating: bytes, as: UTF8.self) != nil else {
      throw CSVError(place: path, reason: "the file is not UTF-8; save it as UTF-8 (it may be Latin-1 or Windows-1252)")
    }
    return bytes
  }

  /// A cell's text.
  private func text(_ row: Int, _ column: Int) -> String {
    let cell = row * header.count + column
    let start = cell == 0 ? 0 : ends[cell - 1]
    return String(decoding: storage[start..<ends[cell]], as: UTF8.self)
  }

  private static let missing: Set<String> = ["", "NA", "N/A", "NaN", "nan", "NULL", "null"]

  /// A cell as a number; `nil` when it is text, NaN when it is missing.
  private static func number(_ text: String) -> Double? {
    if missing.contains(text) { return .nan }
    // Decimal numbers only: Double reads hexadecimal too. A NaN by any spelling is missing.
    if !text.utf8.contains(where: { $0 == UInt8(ascii: "x") || $0 == UInt8(ascii: "X") }), let value = Double(text) { return value }
    let trimmed = text.trimmed
    return trimmed == text ? nil : number(trimmed)
  }

  private func place(_ row: Int) -> String { "\(path):\(lines[row])" }

  /// A column of numbers.
  func numbers(_ column: Int, allowMissing: Bool) throws(CSVError) -> [Double] {
    var values: [Double] = []
    values.reserveCapacity(rowCount)
    for row in 0..<rowCount {
      let text = text(row, column)
      guard let value = Self.number(text) else {
        throw CSVError(
          place: place(row),
          reason:
            "'\(text)' in column '\(header[column])' is not a number; correct it or \(allowMissing ? "leave it empty" : "remove the row")")
      }
      if value.isInfinite {
        throw CSVError(place: place(row), reason: "'\(text)' in column '\(header[column])' is not finite; correct it or leave it empty")
      }
      if value.isNaN, !allowMissing {
        throw CSVError(place: place(row), reason: "column '\(header[column])' has no value here; fill it in or remove the row")
      }
      values.append(value)
    }
    return values
  }

  /// The target's values, or their logarithms.
  func outcomes(_ column: Int, logged: Bool) throws(CSVError) -> [Double] {
    let values = try numbers(column, allowMissing: false)
    guard logged else { return values }
    if let row = values.firstIndex(where: { $0 <= 0 }) {
      throw CSVError(
        place: place(row),
        reason: "\(decimalText(values[row])) in column '\(header[column])' has no logarithm; drop `log-target`, or remove the row")
    }
    return values.map { log($0) }
  }

  /// A feature: numbers, or codes into sorted levels.
  func feature(_ column: Int, asText: Bool) throws(CSVError) -> (column: Schema.Column, values: [Double]) {
    let name = header[column]
    let texts = (0..<rowCount).map { text($0, column).trimmed }
    let present = texts.indices.filter { Self.number(texts[$0])?.isNaN != true }
    guard !present.isEmpty else {
      throw CSVError(place: path, reason: "column '\(name)' has no value at all; leave it out of `features`")
    }
    let hasGaps = present.count < rowCount
    let numeric = present.count { Self.number(texts[$0]) != nil }
    if asText || numeric == 0 {
      let levels = Set(present.map { texts[$0] }).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
      let codes = Dictionary(uniqueKeysWithValues: levels.enumerated().map { ($1, Double($0)) })
      return (Schema.Column(name, .categorical(levels: levels), mayBeMissing: hasGaps), texts.map { codes[$0] ?? .nan })
    }
    if numeric < present.count, let row = present.first(where: { Self.number(texts[$0]) == nil }) {
      throw CSVError(
        place: place(row),
        reason:
          "'\(texts[row])' in column '\(name)' is not a number, though others are; correct it, leave it empty, or list the column under `categories`"
      )
    }
    return (Schema.Column(name, mayBeMissing: hasGaps), try numbers(column, allowMissing: true))
  }
}

extension String {
  /// Without spaces and tabs at either end.
  fileprivate var trimmed: String {
    guard let first = utf8.first, let last = utf8.last, first == 32 || first == 9 || last == 32 || last == 9 else { return self }
    let start = utf8.firstIndex { $0 != 32 && $0 != 9 } ?? utf8.endIndex
    let end = utf8.lastIndex { $0 != 32 && $0 != 9 }.map { utf8.index(after: $0) } ?? start
    return String(self[start..<end])
  }
}
