import Foundation
import Testing

/// Bad input, as a user would have it: the whole message, the exit code, and that nothing was written.
@Suite struct MalformedTests {
  /// What is in the folder, what is asked, and what has to be answered.
  struct Case: Sendable {
    var name: String
    var files: [(name: String, bytes: [UInt8])] = []
    var arguments = "run s.yaml --out out"
    var status: Int32 = 65
    /// Everything on standard error.
    var message = ""
  }

  /// Malformed/*.txt: after `=== name`, the parts `--- s.yaml`, `--- t.csv` or any other file, `--- arguments`, `--- status`, `--- message`. A
  /// table alone is given to ``onTable``; arguments with spaces are in single quotes.
  static func cases(in file: String) throws -> [Case] {
    let folder = try #require(Bundle.module.resourceURL).appendingPathComponent("Malformed")
    let text = try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
    return text.components(separatedBy: "\n=== ").enumerated().map { index, block in
      let parts = (index == 0 ? String(block.dropFirst(4)) : block).components(separatedBy: "\n--- ")
      var made = Case(name: parts[0])
      for part in parts.dropFirst() {
        let lines = part.components(separatedBy: "\n")
        let content = lines.dropFirst().joined(separator: "\n")
        switch lines[0] {
        case "arguments": made.arguments = content
        case "status": made.status = Int32(content) ?? -1
        case "message": made.message = content.hasSuffix("\n") ? content : content + "\n"
        default: made.files.append((lines[0], Array((content.isEmpty ? "" : content + "\n").utf8)))
        }
      }
      if made.files.map(\.name) == ["t.csv"], !text.contains("--- arguments") { made.files.append(("s.yaml", Array(onTable.utf8))) }
      return made
    }
  }

  static let onTable = """
    cycles: 2
    rows: 2
    world: {kind: table, path: t.csv, target: y}
    pipeline: [impute, one-hot]

    """

  static func words(_ arguments: String) -> [String] {
    arguments.components(separatedBy: "'").enumerated().flatMap { index, piece in
      index % 2 == 1 ? [piece] : piece.split(separator: " ").map(String.init)
    }
  }

  func check(_ cases: [Case]) throws {
    var done = 0
    for one in cases {
      let scratch = try Scratch()
      for file in one.files { try scratch.write(file.bytes, to: file.name) }
      let before = try scratch.contents()
      let run = try CommandLineRun(Self.words(one.arguments), in: scratch.url)
      #expect(run.error == one.message, "\(one.name)")
      #expect(run.status == one.status, "\(one.name)")
      #expect(run.output == "", "\(one.name)")
      #expect(try scratch.contents() == before, "\(one.name): something was written")
      done += 1
    }
    report("malformed input: \(done) cases")
  }

  @Test(arguments: ["scenarios.txt", "transforms.txt", "shifts.txt", "tables.txt", "commands.txt", "learners.txt"])
  func `it is refused with a whole message and nothing is written`(file: String) throws {
    let cases = try Self.cases(in: file)
    #expect(cases.count >= 15 && Set(cases.map(\.name)).count == cases.count)
    try check(cases)
  }

  // MARK: What a text file cannot hold

  static func scenario(_ name: String, _ bytes: [UInt8], _ message: String) -> Case {
    Case(name: name, files: [("s.yaml", bytes)], message: "error: s.yaml" + message + "\n")
  }

  static func table(_ name: String, _ bytes: [UInt8], _ message: String) -> Case {
    Case(name: name, files: [("s.yaml", Array(onTable.utf8)), ("t.csv", bytes)], message: "error: s.yaml:3:" + message + "\n")
  }

  static func utf16(_ text: String, littleEndian: Bool = true) -> [UInt8] {
    text.utf16.flatMap { littleEndian ? [UInt8($0 & 255), UInt8($0 >> 8)] : [UInt8($0 >> 8), UInt8($0 & 255)] }
  }

  static func latin1(_ text: String) -> [UInt8] { text.unicodeScalars.map { UInt8($0.value) } }

  static let bytes: [Case] = [
    scenario("UTF-16", [0xFF, 0xFE] + utf16("world: gaussian\n"), ": the file is not UTF-8; save it as UTF-8"),
    scenario(
      "UTF-16 without mark", utf16("world: gaussian\n"), ":1: this is not YAML: control characters are not allowed; correct the YAML here"),
    scenario("Latin-1", latin1("name: café\nworld: gaussian\n"), ": the file is not UTF-8; save it as UTF-8"),
    scenario("no byte", [], ": the file is empty; `skewlab new NAME` writes a scenario to start from"),
    table("UTF-16 in a table", [0xFF, 0xFE] + utf16("x,y\n1,2\n"), "28: world.path: t.csv: the file is UTF-16; save it as UTF-8"),
    table(
      "UTF-16, the other way round", [0xFE, 0xFF] + utf16("x,y\n1,2\n", littleEndian: false),
      "28: world.path: t.csv: the file is UTF-16; save it as UTF-8"),
    table(
      "UTF-16 without mark in a table", utf16("x,y\n1,2\n"),
      "28: world.path: t.csv: the file has zero bytes in it, so that it is no text, or UTF-16; save it as UTF-8"),
    table(
      "a zero byte in a number", Array("x,y\n1\u{0},2\n2,3\n".utf8),
      "28: world.path: t.csv: the file has zero bytes in it, so that it is no text, or UTF-16; save it as UTF-8"),
    table(
      "Latin-1 in a table", latin1("x,y\ncafé,2\n"),
      "28: world.path: t.csv: the file is not UTF-8; save it as UTF-8 (it may be Latin-1 or Windows-1252)"),
    table(
      "no byte in a table", [], "28: world.path: t.csv: the file is empty; a table starts with a line of column names"),
    table(
      "line ends of all sorts", Array("\n\r\n\r\n\n".utf8),
      "28: world.path: t.csv: the file is empty; a table starts with a line of column names"),
    table(
      "a header without line end", Array("x,y".utf8), "28: world.path: t.csv: the table has column names and no rows; add rows"),
    table(
      "a ragged row after CRLF", Array("x,y\r\n1,2\r\n3\r\n".utf8),
      "28: world.path: t.csv:3: this row has 1 cell, the header has 2; a cell with a comma in it needs quotes"),
    table(
      "a cell of 100,000 letters", Array(("x,y\n1,2\n" + String(repeating: "k", count: 100_000) + ",3\n").utf8),
      "8: world.features: t.csv:3: '" + String(repeating: "k", count: 99) + "…" + String(repeating: "k", count: 83)
        + "' in column 'x' is not a number, though others are; correct it, leave it empty, or list the column under `categories`"),
  ]

  static let large: [Case] = [
    scenario(
      "3,000 brackets", Array(("world: " + String(repeating: "[", count: 3000) + String(repeating: "]", count: 3000)).utf8),
      ":1: values are nested more than 64 deep; flatten the document"),
    scenario(
      "100 brackets", Array(("world: " + String(repeating: "[", count: 100) + String(repeating: "]", count: 100)).utf8),
      ":1:72: values are nested more than 64 deep; flatten the document"),
    scenario(
      "3,000 lists in lists, without brackets", Array(("world:\n  " + String(repeating: "- ", count: 3000) + "x\n").utf8),
      ":2:1999: values are nested more than 64 deep; flatten the document"),
    scenario(
      "3,000 maps in maps", Array((0..<3000).map { String(repeating: " ", count: $0) + "a:\n" }.joined().utf8),
      ":1000:1000: values are nested more than 64 deep; flatten the document"),
    scenario(
      "aliases that grow tenfold, seven times", Array(bomb.utf8),
      ":1:34: the document has more than 200000 values, aliases expanded; remove aliases"),
    scenario(
      "a value of a million letters", Array(("world: gaussian\nrows: " + String(repeating: "k", count: 1_000_000) + "\n").utf8),
      ":2:7: rows: expected a whole number, from 1 to 1000000000, found text '" + String(repeating: "k", count: 57) + "…'"),
    scenario(
      "a log of 136,136 GB",
      Array("rows: 1000000000\ncycles: 1000\nworld: gaussian\npipeline: [log1p, impute]\nretraining: {every: 1, window: all}\n".utf8),
      ":1:7: rows: the log of one run of arm 'scenario' would take 136136 GB (the pipeline has a step that moments are not enough for), more than this process may have; lower `rows`, the window or the number of features"
    ),
    scenario(
      "moments of 40,024 GB",
      Array("world: {kind: gaussian, features: 5000}\nretraining: {every: 1, window: {cycles: 100000}}\ncycles: 100000\n".utf8),
      ":1:1: rows: the log of one run of arm 'scenario' would take 40024 GB (second moments of 5000 features), more than this process may have; lower `rows`, the window or the number of features"
    ),
    table(
      "5,001 levels", Array(("x,y\n" + (0...5000).map { "n\($0),\($0)\n" }.joined()).utf8),
      "8: world: there are 5001 encoded features, and at most 5000 are possible: a fit takes memory with their square; leave out columns with very many levels, such as names and numbers of things"
    ),
    table(
      "5,001 columns",
      Array(
        ((0...5000).map { "x\($0)," }.joined() + "y\n" + String(repeating: String(repeating: "1,", count: 5001) + "1\n", count: 2)).utf8),
      "8: world: there are 5001 raw features, and at most 5000 are possible: a fit takes memory with their square; leave out columns with very many levels, such as names and numbers of things"
    ),
    Case(
      name: "a folder whose name is too long", files: [("s.yaml", Array("world: gaussian\n".utf8))],
      arguments: "run s.yaml --out " + String(repeating: "o", count: 300), status: 74,
      message: "error: " + String(repeating: "o", count: 300)
        + ": the folder cannot be made; check the permissions or choose another with --out\n"),
  ]

  static let bomb: String = {
    var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for i in 1..<8 { text += "a\(i): &a\(i) [" + Array(repeating: "*a\(i - 1)", count: 10).joined(separator: ", ") + "]\n" }
    return text
  }()

  @Test func `bytes that are no text, or not in UTF-8, are refused`() throws { try check(Self.bytes) }

  @Test func `what is too deep, too long or too large is refused`() throws { try check(Self.large) }

  @Test func `a run of which nothing can be fitted exits with 65 and says where it stopped`() throws {
    let scratch = try Scratch()
    for (table, pipeline, name) in [
      ("x,y\n1,3\n-3,5\n3,7\n4,9\n", "[log1p]", "x"), ("x,y\n1e308,3\n2,5\n3,7\n4,9\n", "[]", "x"),
      ("x,y\n1,1e308\n2,5\n3,7\n4,9\n", "[]", "the outcome"),
    ] {
      try scratch.write(table, to: "t.csv")
      try scratch.write(Self.inOrder.replacing("pipeline: []", with: "pipeline: \(pipeline)"), to: "s.yaml")
      let run = try scratch.run("run", "s.yaml", "--out", "out", "--force")
      #expect(run.status == 65)
      #expect(
        run.error
          == "note: 1 encoded feature for a table of 4 rows: a model can nearly learn the rows by heart, and the same rows are served again; leave out columns with many levels\n"
          + "error: s.yaml:5:8: world: no run got past cycle 0 (arm 'scenario', replicate 0: the learner failed at the end of cycle 0: a value of '\(name)' that is missing, not finite, or too large to square reached the learner; fill what is missing with an `impute` step that names it in `features`, scale what is large); nothing was written\n"
      )
      #expect(!scratch.exists("out"))
    }
  }

  /// Each cycle serves and fits the same four rows: what a fit has to be is known.
  static let inOrder = """
    name: four
    cycles: 2
    rows: 4
    evaluation: {share: 0}
    world: {kind: table, path: t.csv, target: y, draw: in-order, when-exhausted: wrap}
    pipeline: []
    metrics: [loss, r2]

    """
}
