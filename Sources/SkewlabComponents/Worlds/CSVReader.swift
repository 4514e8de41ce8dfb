/// Cuts the bytes of a CSV file into records: quotes, doubled quotes, line breaks within quotes, LF or CRLF, blank lines skipped.
struct CSVReader {
  /// One record: how many cells it has, and the line it starts on.
  struct Record {
    let cells: Int
    let line: Int
  }

  /// The bytes of the cells so far, quotes taken off, and where each ends.
  private(set) var storage: [UInt8] = []
  private(set) var ends: [Int] = []

  private let bytes: [UInt8]
  private let path: String
  private var index = 0
  private var line = 1

  init(bytes: [UInt8], path: String) {
    self.bytes = bytes
    self.path = path
    storage.reserveCapacity(bytes.count)
  }

  /// Forgets the cells read so far.
  mutating func discardCells() {
    storage.removeAll(keepingCapacity: true)
    ends.removeAll(keepingCapacity: true)
  }

  /// The texts of the record just read.
  func texts(of record: Record) -> [String] {
    (0..<record.cells).map { cell in
      let k = ends.count - record.cells + cell
      return String(decoding: storage[(k == 0 ? 0 : ends[k - 1])..<ends[k]], as: UTF8.self)
    }
  }

  /// The next record; `nil` at the end of the file.
  mutating func nextRecord() throws(CSVError) -> Record? {
    while index < bytes.count, bytes[index] == Self.newline || bytes[index] == Self.carriageReturn { skipLineEnd() }
    guard index < bytes.count else { return nil }
    let start = line
    var cells = 0
    while true {
      if index < bytes.count, bytes[index] == Self.quote {
        try readQuoted()
      } else {
        readPlain()
      }
      ends.append(storage.count)
      cells += 1
      if index >= bytes.count { break }
      if bytes[index] == Self.comma {
        index += 1
        continue
      }
      skipLineEnd()
      break
    }
    return Record(cells: cells, line: start)
  }

  private mutating func readPlain() {
    while index < bytes.count {
      let byte = bytes[index]
      if byte == Self.comma || byte == Self.newline || byte == Self.carriageReturn { return }
      storage.append(byte)
      index += 1
    }
  }

  private mutating func readQuoted() throws(CSVError) {
    let opened = line
    index += 1
    while index < bytes.count {
      let byte = bytes[index]
      index += 1
      if byte == Self.newline { line += 1 }
      if byte != Self.quote {
        storage.append(byte)
        continue
      }
      if index < bytes.count, bytes[index] == Self.quote {
        storage.append(byte)
        index += 1
        continue
      }
      if index < bytes.count, ![Self.comma, Self.newline, Self.carriageReturn].contains(bytes[index]) {
        throw CSVError(
          place: "\(path):\(line)", reason: "there is text after a closing quote; double a quote that belongs to the text (\"\")")
      }
      return
    }
    throw CSVError(place: "\(path):\(opened)", reason: "a quote that opens here is never closed")
  }

  private mutating func skipLineEnd() {
    if bytes[index] == Self.carriageReturn {
      index += 1
      if index < bytes.count, bytes[index] == Self.newline { index += 1 }
    } else {
      index += 1
    }
    line += 1
  }

  private static let comma = UInt8(ascii: ","), quote = UInt8(ascii: "\""), newline = UInt8(ascii: "\n"),
    carriageReturn = UInt8(ascii: "\r")
}
