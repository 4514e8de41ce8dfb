internal import SkewlabNumerics

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// What is wrong with a CSV file, and where.
struct CSVError: Error {
  /// `file`, or `file:line`.
  let place: String
  let reason: String
}

/// Reads a CSV file (RFC 4180, UTF-8, with a header) block by block: quotes, doubled quotes, line breaks within quotes, LF or CRLF, blank lines skipped.
///
/// A block is parsed up to its last whole record; the rest goes before the next block. What is kept is one block, or the longest record.
package struct CSVReader {
  /// How many bytes are read at a time: what is parsed does not depend on it, and tests try it.
  @TaskLocal package static var blockSize = 1 << 18

  /// The names of the columns.
  private(set) var header: [String] = []

  private let path: String
  private let file: BlockFile
  /// `bytes[next..<filled]` is what has been read and not been parsed; up to `validated` it is known to be UTF-8.
  private var bytes: [UInt8]
  private var filled = 0
  private var next = 0
  private var validated = 0
  private var isAtEnd = false
  private var isUTF8 = true
  /// Whether there is an error already, and the rest is read for its encoding alone.
  private var isRefused = false
  private var parser: CSVParser

  /// Opens a file and reads its header.
  init(path: String) throws(CSVError) {
    self.path = path
    bytes = Array(repeating: 0, count: Self.blockSize)
    parser = CSVParser(path: path)
    var isFolder = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw CSVError(place: path, reason: "there is no such file; paths are relative to the scenario's folder")
    }
    if isFolder { throw CSVError(place: path, reason: "this is a folder; name a CSV file in it") }
    do throws(FileProblem) { file = try BlockFile(path: path) } catch {
      throw CSVError(place: path, reason: error.reason)
    }
    while filled < 3, !isAtEnd { try fill() }
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
      throw CSVError(place: path, reason: "the file is UTF-16; save it as UTF-8")
    }
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { next = 3 }
    try validate()
    try readHeader()
  }

  /// Reads every row into the columns, one for each name of the header; returns how many there are.
  mutating func read(into columns: inout [CSVColumn]) throws(CSVError) -> Int {
    while true {
      do throws(CSVError) { next += try parser.records(in: bytes[next..<filled], isLast: isAtEnd, into: &columns) } catch {
        try refuse(error)
      }
      if isAtEnd { break }
      try refill()
    }
    guard parser.rows > 0 else { throw CSVError(place: path, reason: "the table has column names and no rows; add rows") }
    return parser.rows
  }

  private mutating func readHeader() throws(CSVError) {
    while header.isEmpty {
      do throws(CSVError) {
        if let (names, end) = try parser.header(in: bytes[next..<filled], isLast: isAtEnd) {
          header = names
          next += end
          try checkHeader()
          break
        }
      } catch { try refuse(error) }
      if isAtEnd { throw CSVError(place: path, reason: "the file is empty; a table starts with a line of column names") }
      try refill()
    }
  }

  private func checkHeader() throws(CSVError) {
    if header.count == 1, let separator = [";", "\t"].first(where: { header[0].contains($0) }) {
      let what = separator == ";" ? "semicolons" : "tabs"
      throw CSVError(place: "\(path):1", reason: "the header is one column with \(what) in it; save the table with commas between cells")
    }
    var names: Set<String> = []
    for (index, name) in header.enumerated() {
      if name.isEmpty { throw CSVError(place: "\(path):1", reason: "column \(index + 1) has no name; name every column in the first line") }
      if !names.insert(name).inserted { throw CSVError(place: "\(path):1", reason: "two columns are named '\(name)'; rename one") }
    }
  }

  // MARK: Blocks

  private static func unreadable(_ path: String) -> CSVError {
    CSVError(place: path, reason: "the file cannot be read; check its permissions")
  }

  /// Reads more bytes after those that have not been parsed.
  private mutating func refill() throws(CSVError) {
    let rest = filled - next
    if next > 0 {
      for i in 0..<rest { bytes[i] = bytes[next + i] }
      validated -= next
      filled = rest
      next = 0
    }
    try fill()
    try validate()
  }

  private mutating func fill() throws(CSVError) {
    if filled == bytes.count { bytes.append(contentsOf: repeatElement(0, count: bytes.count)) }
    // A record longer than a block is parsed again with every block: each is as long as what there is, so that this adds up to twice.
    guard let count = file.read(into: &bytes, from: filled, count: min(max(Self.blockSize, filled), bytes.count - filled)) else {
      throw Self.unreadable(path)
    }
    filled += count
    isAtEnd = count == 0
  }

  /// Looks at the bytes that came last: zeros are refused at once, what is not UTF-8 when it is known that no zeros follow.
  private mutating func validate() throws(CSVError) {
    if bytes[validated..<filled].contains(0) {
      throw CSVError(place: path, reason: "the file has zero bytes in it, so that it is no text, or UTF-16; save it as UTF-8")
    }
    let end = isAtEnd ? filled : filled - unfinishedScalar()
    isUTF8 = isUTF8 && (try? UTF8Span(validating: bytes.span.extracting(validated..<end))) != nil
    validated = end
    if !isUTF8, !isRefused { try refuse(CSVError(place: path, reason: "")) }
  }

  /// How many bytes at the end begin a character whose other bytes have not been read.
  private func unfinishedScalar() -> Int {
    for length in 1...3 where length <= filled - validated {
      let byte = bytes[filled - length]
      if byte & 0xC0 == 0x80 { continue }
      return byte >= 0xF0 || byte >= 0xE0 && length < 3 || byte >= 0xC0 && length < 2 ? length : 0
    }
    return 0
  }

  /// Throws an error, unless the rest of the file is no UTF-8 text: that is said before anything else.
  private mutating func refuse(_ error: CSVError) throws(CSVError) {
    isRefused = true
    while !isAtEnd {
      next = validated
      try refill()
    }
    throw isUTF8
      ? error : CSVError(place: path, reason: "the file is not UTF-8; save it as UTF-8 (it may be Latin-1 or Windows-1252)")
  }
}
