import SkewlabEngine
import SkewlabScenarios
import Testing

@Suite struct YAMLReaderTests {
  private static let scalars: [(String, DocumentNode)] = [
    ("1", .integer(1)),
    ("-7", .integer(-7)),
    ("0x1F", .integer(31)),
    ("0o17", .integer(15)),
    ("1.5", .number(1.5)),
    ("1e3", .number(1000)),
    (".5", .number(0.5)),
    ("5.", .number(5)),
    ("+3", .integer(3)),
    (".inf", .number(.infinity)),
    ("-.inf", .number(-.infinity)),
    ("true", .bool(true)),
    ("False", .bool(false)),
    ("null", nil),
    ("~", nil),
    ("", nil),
    ("yes", .string("yes")),
    ("on", .string("on")),
    ("1_000", .string("1_000")),
    ("12:30", .string("12:30")),
    ("0b1", .string("0b1")),
    ("'1'", .string("1")),
    ("\"true\"", .string("true")),
    ("1.2.3", .string("1.2.3")),
    ("-", [nil]),
    ("[1, a, {b: 2}]", [1, "a", ["b": 2]]),
    ("99999999999999999999", .number(1e20)),
    ("e", .string("e")),
    ("--1", .string("--1")),
  ]

  /// YAML 1.2.2, section 10.3.2 (core schema).
  @Test(arguments: scalars)
  func `plain scalars follow the core schema`(text: String, expected: DocumentNode) throws {
    #expect(try YAMLReader.value(text, file: "x") == expected)
  }

  @Test func `values know their line and column`() throws {
    let node = try YAMLReader.value("a: 1\nb:\n  - {c: 2}\n", file: "f.yaml")
    #expect(node["a"]?.location?.description == "f.yaml:1:4")
    #expect(node["b"]?.keyLocation?.description == "f.yaml:2:1")
    #expect(node["b"]?.items?[0]["c"]?.location?.description == "f.yaml:3:9")
  }

  @Test func `anchors and aliases are followed`() throws {
    #expect(try YAMLReader.value("a: &x {k: 1}\nb: *x\n", file: "f")["b"] == ["k": 1])
  }
}
