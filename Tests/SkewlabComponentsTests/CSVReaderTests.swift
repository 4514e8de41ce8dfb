import Foundation
import SkewlabComponents
import SkewlabEngine
import SkewlabNumerics
import Testing

/// What is read of a file does not depend on where its blocks end: every size is tried, from a byte at a time to more than the file.
@Suite struct CSVReaderTests {
  /// What a file gives with a block size: the table or the message.
  static func outcome(_ bytes: [UInt8], blockSize: Int, _ world: DocumentNode) throws -> String {
    let file = try TableFile(bytes: bytes)
    return CSVReader.$blockSize.withValue(blockSize) {
      do {
        let world = try file.scenario(world).world.component
        guard let rows = world.everyRow else { return "no table" }
        return "\(world.schema) \(rows.features.elements.map(\.bitPattern)) \(rows.outcomes)"
      } catch {
        return "\(error)".replacing(file.folder.path, with: "")
      }
    }
  }

  static func expectSame(_ bytes: [UInt8], _ world: DocumentNode = [:], contains part: String) throws {
    let whole = try outcome(bytes, blockSize: bytes.count + 2, world)
    #expect(whole.contains(part), "\(whole)")
    for size in 1...bytes.count + 1 {
      let split = try outcome(bytes, blockSize: size, world)
      #expect(split == whole, "in blocks of \(size) bytes")
    }
  }

  @Test func `every place where a block may end`() throws {
    let text =
      "\u{FEFF}\"x\",town,when,\"a \"\"b\"\"\",y\r\n1.25,\"é, \"\"ü\"\"\r\nc\",3, 7 ,2\r\n\r\n-2.5e-3,𝄞,2,\"8\",4\r\r\nNA,\"\",1,\t9,6\n.5,𝄞,1,,8"
    let world: DocumentNode = ["time": ["when"], "draw": "in-order"]
    try Self.expectSame(Array(text.utf8), world, contains: "\"é, \\\"ü\\\"\\r\\nc\", \"𝄞\"")
    try Self.expectSame(Array((text + "\r\n").utf8), world, contains: "[2.0, 4.0, 6.0, 8.0]")
    try Self.expectSame(Array("x,y\n1,2\n3,4\nNA,6".utf8), contains: "[2.0, 4.0, 6.0]")
    try Self.expectSame(Array("y,x\n1,2\n3,".utf8), contains: "[1.0, 3.0]")
  }

  @Test(arguments: [
    ("x,y\n1,2\n3\n4,5\n", "t.csv:3: this row has 1 cell, the header has 2"),
    ("x,y\n\"a\r\nb\",1\n3,4,5,6\n", "t.csv:4: this row has 4 cells"),
    ("x,y\na,2\n1,3\n", "t.csv:2: 'a' in column 'x' is not a number, though others are"),
    ("x,y\n,2\n1,3\n b ,4\n", "t.csv:4: 'b' in column 'x' is not a number, though others are"),
    ("x,y\n1,2\n1e999,3\n", "t.csv:3: '1e999' in column 'x' is not finite"),
    ("x,y\n1,2\n\n3,4\"\n", "t.csv:4: '4\"' in column 'y' is not a number"),
    ("x,y\n1,\"2\n3,4\n", "t.csv:2: a quote that opens here is never closed"),
    ("x,y\n\"1\n\"b,2\n", "t.csv:3: there is text after a closing quote"),
    ("x,y\n1,2\n3,\n4,z\n", "t.csv:3: column 'y' has no value here"),
    ("x,y\n1,2\n3,z\n4,\n", "t.csv:3: 'z' in column 'y' is not a number"),
    ("x,y\r\n", "t.csv: the table has column names and no rows"), ("\n\n", "t.csv: the file is empty"), ("x,y", "t.csv: the table has"),
    ("\"x,y\n", "t.csv:1: a quote that opens here is never closed"),
  ])
  func `messages do not depend on blocks`(text: String, message: String) throws {
    try Self.expectSame(Array(text.utf8), contains: message)
  }

  @Test func `an encoding that is not UTF-8 is said first, wherever it shows`() throws {
    let notUTF8 = "t.csv: the file is not UTF-8; save it as UTF-8 (it may be Latin-1 or Windows-1252)"
    let start = Array("x,y\n1,2\n".utf8)
    try Self.expectSame(start + Array("caf".utf8) + [0xE9] + Array(",3\n4,5\n".utf8), contains: notUTF8)
    try Self.expectSame(start + Array("1\n1,1\n".utf8) + [0xC3], contains: notUTF8)
    try Self.expectSame(start + Array("\"".utf8) + [0xF0, 0x9D, 0x84, 0x2C] + Array("\n".utf8), contains: notUTF8)
    try Self.expectSame([0x78, 0xFC, 0x2C, 0x79, 0x0A, 0x31], contains: notUTF8)
    let zeros = "t.csv: the file has zero bytes in it, so that it is no text, or UTF-16; save it as UTF-8"
    try Self.expectSame(start + [0xE9, 0x2C, 0x31, 0x0A, 0x33, 0x0A, 0x00], contains: zeros)
    try Self.expectSame([0x78, 0, 0x2C, 0, 0xE9, 0, 0x0A, 0, 0x31, 0], contains: zeros)
    for mark: [UInt8] in [[0xFF, 0xFE], [0xFE, 0xFF]] {
      try Self.expectSame(mark + [0x78, 0, 0x2C, 0, 0x79, 0], contains: "t.csv: the file is UTF-16; save it as UTF-8")
    }
  }

  @Test func `a quote that is never closed is found in one pass`() throws {
    let bytes = Array("x,y\n1,2\n\"".utf8) + Array(repeating: UInt8(ascii: "1"), count: 4_000_000)
    let clock = ContinuousClock(), start = clock.now
    let outcome = try Self.outcome(bytes, blockSize: 64, [:])
    #expect(outcome.contains("t.csv:3: a quote that opens here is never closed"))
    // Parsed again from the quote with every 64 bytes, it would be 10¹¹ bytes, a minute or more; twice the file takes hundredths of a second.
    #expect(start.duration(to: clock.now) < .seconds(10))
  }

  @Test func `the logarithm's message names the line`() throws {
    try Self.expectSame(
      Array("x,y\n1,2\n2,-0.50\n3,0\n".utf8), ["log-target": true], contains: "t.csv:3: -0.5 in column 'y' has no logarithm")
  }

  @Test func `a column can be a category and the time at once`() throws {
    let file = try TableFile("month,y\n2,1\n10,2\n1,3\n")
    let world = try file.scenario(["features": ["month"], "categories": ["month"], "time": ["month"], "draw": "in-order"]).world.component
    #expect(world.schema.columns[0].type == .categorical(levels: ["1", "10", "2"]))
    var rows = Rows(schema: world.schema, capacity: 3, hasIdentities: true)
    world.draw(0..<3, at: .init(replicate: 0, cycle: 0), conditions: WorldConditions(features: 1), into: &rows)
    #expect(rows.outcomes == [3, 1, 2])
  }

  @Test func `texts with the same hash stay apart`() throws {
    // Two texts with the same 64-bit FNV-1a hash, checked with Python 3.11.
    let pair = ["8yn0iYCKYHlIj4-BwPqk", "GReLUrM4wMqfg9yzV3KQ"]
    let world = try TableFile("x,y\n\(pair[1]),1\n\(pair[0]),2\n\(pair[1]),3\n\(pair[0]),4\n").scenario().world.component
    #expect(world.schema.columns[0].type == .categorical(levels: pair))
    #expect(world.everyRow?.features.elements == [1, 0, 1, 0])
  }

  @Test func `arms that ask for the same share one reading`() throws {
    let tables = TableStore()
    var readings = 0
    for request in ["a", "b", "a"] {
      let value = try tables.value(of: "t.csv", for: request) { () throws(ScenarioError) in
        readings += 1
        return request + "!"
      }
      #expect(value == request + "!")
    }
    #expect(readings == 2)
    #expect(tables.paths == ["t.csv"])
  }
}
