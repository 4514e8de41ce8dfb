import Foundation
import Testing

/// Input that looks wrong and is not: it is read, the result is the right one, and what is odd about it is said.
@Suite struct AcceptedTests {
  static let oneOf4 =
    "note: 1 encoded feature for a table of 4 rows: a model can nearly learn the rows by heart, and the same rows are served again; leave out columns with many levels\n"
  static let deficient = "note: in arm 'scenario' the design was rank-deficient; those fits are the minimum-norm solutions\n"

  /// Runs four rows that are served and fitted whole in each cycle; the files' text.
  func run(_ table: [UInt8], pipeline: String = "[]", rows: Int = 4) throws -> (
    run: CommandLineRun, cycles: String, parameters: [Substring]
  ) {
    let scratch = try Scratch()
    try scratch.write(table, to: "t.csv")
    try scratch.write(
      MalformedTests.inOrder.replacing("pipeline: []", with: "pipeline: \(pipeline)").replacing("rows: 4", with: "rows: \(rows)"),
      to: "s.yaml")
    let run = try scratch.run("run", "s.yaml", "--out", "out")
    #expect(run.status == 0, "\(run.error)")
    let cycles = try scratch.read("out/cycles.csv"), parameters = try scratch.read("out/parameters.csv")
    for text in [cycles, parameters, try scratch.read("out/summary.csv")] {
      #expect(!text.contains("nan") && !text.contains("inf"), "no file has what is not a number")
    }
    return (run, cycles, parameters.split(separator: "\n").dropFirst().filter { $0.hasPrefix("scenario,0,0,") }.map { $0.dropFirst(13) })
  }

  /// BLAS kernels of different CPUs differ in the last bits of a fit.
  static let blasTolerance = 1e-12

  /// Whether the parameters have these names and values.
  func expect(_ parameters: [Substring], _ expected: KeyValuePairs<String, Double>, sourceLocation: SourceLocation = #_sourceLocation) {
    let found = parameters.map { $0.split(separator: ",") }
    #expect(found.map { String($0[0]) } == expected.map(\.key), sourceLocation: sourceLocation)
    for (line, (name, value)) in zip(found, expected) {
      let number = Double(line[1]) ?? .nan
      #expect(
        abs(number - value) <= Self.blasTolerance * (value == 0 ? 1 : abs(value)), "\(name) is \(number)", sourceLocation: sourceLocation)
    }
  }

  static let plain = Array("x,y\n1,3\n2,5\n3,7\n4,9\n".utf8)

  /// The same table, otherwise written.
  static let spellings: [(String, [UInt8])] = [
    ("a byte order mark", [0xEF, 0xBB, 0xBF] + plain),
    ("CRLF", Array("x,y\r\n1,3\r\n2,5\r\n3,7\r\n4,9\r\n".utf8)),
    ("CRLF after a byte order mark", [0xEF, 0xBB, 0xBF] + Array("x,y\r\n1,3\r\n2,5\r\n3,7\r\n4,9\r\n".utf8)),
    ("no line end at the end", Array("x,y\n1,3\n2,5\n3,7\n4,9".utf8)),
    ("blank lines", Array("\n\nx,y\n1,3\n\n2,5\n3,7\n4,9\n\n\n".utf8)),
    ("quotes", Array("\"x\",\"y\"\n\"1\",\"3\"\n2,5\n3,\"7\"\n4,9\n".utf8)),
    ("spaces around numbers", Array("x,y\n 1,3\n2 , 5\n3,7\n\t4,9 \n".utf8)),
    ("signs and exponents", Array("x,y\n+1,3e0\n0.2E+1,5.0\n3.,7\n4,.9e1\n".utf8)),
  ]

  @Test(arguments: spellings)
  func `a table written in another way gives the same bytes`(_ name: String, _ table: [UInt8]) throws {
    let plain = try run(Self.plain), other = try run(table)
    expect(plain.parameters, ["intercept": 1, "x": 2])
    #expect(other.cycles == plain.cycles && other.parameters == plain.parameters, "\(name)")
    #expect(other.run.error == Self.oneOf4)
  }

  @Test func `a quoted line break, a quoted comma and doubled quotes are text, and come back quoted`() throws {
    let result = try run(Array("\"the, \"\"town\"\"\nor so\",y\n\"A\nB\",3\nC,5\n\"A\nB\",3\nC,5\n".utf8), pipeline: "[one-hot]")
    let text = result.parameters.joined(separator: "\n")
    #expect(text.hasPrefix("intercept,") && text.contains("\n\"the, \"\"town\"\""), "\(text)")
    #expect(result.run.error.hasPrefix("note: "))
  }

  @Test func `a constant column has weight 0, and the note says why`() throws {
    let result = try run(Array("x,z,y\n1,5,3\n2,5,5\n3,5,7\n4,5,9\n".utf8))
    expect(result.parameters, ["intercept": 1, "x": 2, "z": 0])
    #expect(result.run.output.contains(Self.deficient))
  }

  @Test func `collinear columns share the weight at minimum norm`() throws {
    // y = 1 + 2x and z = 2x: of all a + 2b = 2 the shortest is a = 0.4, b = 0.8.
    let result = try run(Array("x,z,y\n1,2,3\n2,4,5\n3,6,7\n4,8,9\n".utf8))
    expect(result.parameters, ["intercept": 1, "x": 0.4, "z": 0.8])
    #expect(result.run.output.contains(Self.deficient))
  }

  @Test func `one row is predicted by its own outcome`() throws {
    let result = try run(Array("x,y\n1,3\n".utf8), rows: 1)
    expect(result.parameters, ["intercept": 3, "x": 0])
    #expect(result.run.output.contains(Self.deficient))
    #expect(result.run.error == Self.oneOf4.replacing("4 rows", with: "1 row"))
  }

  @Test func `more features than rows are fitted at minimum norm`() throws {
    // Two rows that differ by (1, 1, 2) in the features and 2 in the outcome: the weights are (1, 1, 2)/3, and at the first row they make 3 of 4.
    let result = try run(Array("a,b,c,y\n1,2,3,4\n2,3,5,6\n".utf8), rows: 2)
    expect(result.parameters, ["intercept": 1, "a": 1.0 / 3, "b": 1.0 / 3, "c": 2.0 / 3])
    #expect(result.run.output.contains(Self.deficient))
    #expect(result.run.error.hasPrefix("note: 3 encoded features for a table of 2 rows: "))
  }

  @Test func `a constant outcome has no R², and no loss`() throws {
    let result = try run(Array("x,y\n1,3\n2,3\n3,3\n4,3\n".utf8))
    expect(result.parameters, ["intercept": 3, "x": 0])
    let last = try #require(result.cycles.split(separator: "\n").last)
    #expect(last.hasSuffix(",,"))
    #expect(last.split(separator: ",").dropFirst(3).allSatisfy { abs(Double($0) ?? .nan) <= Self.blasTolerance })
  }

  @Test func `numbers whose squares are 0 are a constant column, and the note says so`() throws {
    let result = try run(Array("x,y\n1e-308,3\n2e-308,5\n3e-308,7\n4e-308,9\n".utf8))
    expect(result.parameters, ["intercept": 6, "x": 0])
    #expect(result.run.output.contains(Self.deficient))
  }

  @Test func `numbers whose squares are not too large are fitted`() throws {
    // Beside 1e150 the others are 0: the line goes through their mean 7, and through 3 at 1e150.
    let result = try run(Array("x,y\n1e150,3\n2,5\n3,7\n4,9\n".utf8))
    expect(result.parameters, ["intercept": 7, "x": -4e-150])
  }

  @Test func `gaps by every name are filled`() throws {
    // The mean of 1 and 3 is 2.
    let result = try run(Array("x,y\n1,3\nNA,5\n3,7\nNaN,5\n".utf8), pipeline: "[impute]")
    expect(result.parameters, ["intercept": 1, "x": 2])
  }

  @Test func `negative counts under a logarithm are filled where a step says so`() throws {
    let result = try run(Array("x,y\n0,1\n-3,1\n0,1\n-7,1\n".utf8), pipeline: "[log1p, {kind: impute, features: [x]}]")
    expect(result.parameters, ["intercept": 1, "x": 0])
  }

  @Test func `the largest seed, one cycle and one row are enough`() throws {
    let scratch = try Scratch()
    try scratch.write("world: gaussian\n", to: "s.yaml")
    let run = try scratch.run("run", "s.yaml", "--out", "out", "--seed", "9223372036854775807", "--cycles", "1", "--rows", "1")
    #expect(run.status == 0 && run.error == "")
    #expect(try scratch.read("out/manifest.json").contains("\"seed\": 9223372036854775807"))
  }

  @Test func `a scenario with a byte order mark, CRLF and comments is read`() throws {
    let scratch = try Scratch()
    try scratch.write([0xEF, 0xBB, 0xBF] + Array("# one\r\nworld: gaussian # two\r\ncycles: 1\r\n".utf8), to: "s.yaml")
    let run = try scratch.run("validate", "s.yaml")
    #expect(run.status == 0 && run.error == "")
    #expect(run.output.hasPrefix("s.yaml: 1 × 1 cycles × 1000 rows, 5 features encoded as 5; "))
  }

  @Test func `results may go into a folder with other files, which stay, when forced`() throws {
    let scratch = try Scratch()
    try scratch.write("world: gaussian\ncycles: 1\n", to: "s.yaml")
    for name in ["note.txt", "parts/note.txt", "parts/run-me.sh"] { try scratch.write("mine", to: "data/" + name) }
    #expect(try scratch.run("run", "s.yaml", "--out", "data", "--force", "--quiet").status == 0)
    #expect(
      scratch.names("data") == ["cycles.csv", "deployments.csv", "manifest.json", "note.txt", "parameters.csv", "parts", "summary.csv"])
    #expect(scratch.names("data/parts") == ["note.txt", "run-me.sh"])
  }
}
