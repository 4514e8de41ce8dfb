import Foundation
import Testing

/// The arrows of the design, held against `import` lines and the manifest.
@Suite struct ArchitectureTests {
  /// What each target may import of ours.
  static let arrows: [String: Set<String>] = [
    "COpenBLAS": [],
    "CSkewlabKernels": [],
    "SkewlabNumerics": ["COpenBLAS", "CSkewlabKernels"],
    "SkewlabEngine": ["SkewlabNumerics"],
    "SkewlabComponents": ["SkewlabEngine", "SkewlabNumerics"],
    "SkewlabTheory": ["SkewlabComponents", "SkewlabEngine", "SkewlabNumerics"],
    "SkewlabExperiments": ["SkewlabComponents", "SkewlabEngine", "SkewlabNumerics", "SkewlabTheory"],
    "SkewlabScenarios": ["SkewlabEngine", "SkewlabNumerics"],
    "SkewlabReports": ["SkewlabComponents", "SkewlabEngine", "SkewlabExperiments", "SkewlabNumerics", "SkewlabTheory"],
    "SkewlabTesting": ["SkewlabEngine", "SkewlabNumerics"],
    "Skewlab": [
      "SkewlabComponents", "SkewlabEngine", "SkewlabExperiments", "SkewlabNumerics", "SkewlabReports", "SkewlabScenarios", "SkewlabTheory",
    ],
    "SkewlabCommand": [
      "SkewlabComponents", "SkewlabEngine", "SkewlabExperiments", "SkewlabNumerics", "SkewlabReports", "SkewlabScenarios", "SkewlabTheory",
    ],
  ]

  /// What comes from outside, and who may import it; the modules of the toolchain are free except where they are named.
  static let outside: [String: Set<String>] = [
    "Yams": ["SkewlabScenarios"],
    "ArgumentParser": ["SkewlabCommand"],
    "SystemPackage": ["SkewlabCommand", "SkewlabExperiments", "SkewlabReports"],
    "OrderedCollections": [
      "SkewlabCommand", "SkewlabComponents", "SkewlabEngine", "SkewlabExperiments", "SkewlabReports", "SkewlabScenarios", "SkewlabTesting",
      "SkewlabTheory",
    ],
    "Collections": [],
    "Testing": [],
    "XCTest": [],
  ]

  static let mostLines = 600
  /// Tables of reference numbers, of which a line is a number and not a thought.
  static let tables = "/Figures/"

  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// One source file.
  struct Source: Sendable {
    let target: String
    /// The path from the package's folder.
    let path: String
    let lines: [Substring]
  }

  static func sources(under folder: String, extensions: Set<String> = ["swift"]) throws -> [Source] {
    let base = root.appendingPathComponent(folder)
    let paths = try FileManager.default.subpathsOfDirectory(atPath: base.path).filter {
      extensions.contains(URL(fileURLWithPath: $0).pathExtension)
    }
    return try paths.sorted().map { path in
      let text = try String(contentsOf: base.appendingPathComponent(path), encoding: .utf8)
      let target = String(path.prefix { $0 != "/" })
      return Source(target: target, path: folder + "/" + path, lines: text.split(separator: "\n", omittingEmptySubsequences: false))
    }
  }

  /// The module that a line imports; `nil` for any other line.
  static func importedModule(_ line: Substring) -> String? {
    var words = line.split(whereSeparator: { $0 == " " || $0 == "\t" }).drop { $0.hasPrefix("@") }
    if let first = words.first, ["public", "package", "internal", "fileprivate", "private"].contains(first) { words = words.dropFirst() }
    guard words.first == "import" else { return nil }
    words = words.dropFirst()
    if let kind = words.first, ["struct", "class", "enum", "protocol", "typealias", "func", "let", "var"].contains(kind) {
      words = words.dropFirst()
    }
    return words.first.map { String($0.prefix { $0 != "." && $0 != ";" }) }
  }

  /// The code of a line: without its comment, and without what stands in quotes.
  static func code(_ line: Substring) -> String {
    var code = "", isQuoted = false, previous: Character = " "
    for character in line {
      if character == "\"", previous != "\\" { isQuoted.toggle() }
      if !isQuoted, character == "/", previous == "/" { return String(code.dropLast()) }
      if !isQuoted { code.append(character) }
      previous = character
    }
    return code
  }

  static func isForbidden(_ module: String, in target: String) -> Bool {
    if let owners = outside[module] { return !owners.contains(target) }
    if arrows[module] != nil { return !(arrows[target] ?? []).contains(module) }
    return false
  }

  @Test func `every target stands in the design`() throws {
    let targets = Set(try Self.sources(under: "Sources").map(\.target))
    #expect(targets.subtracting(Self.arrows.keys).isEmpty, "a new target needs its arrows, in DESIGN and here")
  }

  @Test func `import lines follow the arrows`() throws {
    for source in try Self.sources(under: "Sources") {
      for (number, line) in source.lines.enumerated() {
        guard let module = Self.importedModule(line), Self.isForbidden(module, in: source.target) else { continue }
        Issue.record("\(source.path):\(number + 1): \(source.target) may not import \(module)")
      }
    }
  }

  @Test func `the manifest follows the arrows`() throws {
    let dependencies = try Self.manifestDependencies()
    #expect(dependencies["SkewlabEngine"]?.contains("SkewlabNumerics") == true, "the manifest is read as it is written")
    for (target, modules) in dependencies where Self.arrows[target] != nil {
      for module in modules where Self.isForbidden(module, in: target) {
        Issue.record("Package.swift: \(target) may not depend on \(module)")
      }
    }
    for target in try Set(Self.sources(under: "Sources").map(\.target)) {
      #expect(dependencies[target] != nil, "\(target) is not in the manifest")
    }
  }

  @Test func `what is imported is declared in the manifest`() throws {
    let dependencies = try Self.manifestDependencies()
    let known = Set(Self.arrows.keys).union(Self.outside.keys)
    for source in try Self.sources(under: "Sources") {
      for module in source.lines.compactMap(Self.importedModule) where known.contains(module) {
        #expect(
          dependencies[source.target]?.contains(module) == true, "\(source.path) imports \(module), which the manifest does not give it")
      }
    }
  }

  @Test func `unsafe code is in the numerics alone`() throws {
    for source in try Self.sources(under: "Sources") where source.target != "SkewlabNumerics" {
      for (number, line) in source.lines.enumerated() {
        let words = Self.code(line).split { !($0.isLetter || $0.isNumber || $0 == "_") }
        for word in words where word == "unsafe" || word.contains("Unsafe") {
          Issue.record("\(source.path):\(number + 1): '\(word)' outside SkewlabNumerics")
        }
      }
    }
  }

  @Test func `no file is longer than it should be`() throws {
    for folder in ["Sources", "Tests"] {
      for source in try Self.sources(under: folder, extensions: ["swift", "c", "h"])
      where !source.path.contains(Self.tables) && source.lines.count > Self.mostLines {
        Issue.record("\(source.path) has \(source.lines.count) lines; past \(Self.mostLines) it wants to be two things")
      }
    }
  }

  @Test(arguments: [
    ("internal import SkewlabEngine", "SkewlabEngine"), ("@_exported public import Yams", "Yams"),
    ("import struct Foundation.Data", "Foundation"),
    ("@testable import SkewlabReports", "SkewlabReports"), ("  internal import Glibc", "Glibc"),
  ])
  func `an import line is read`(_ line: String, _ module: String) { #expect(Self.importedModule(line[...]) == module) }

  @Test(arguments: ["// import Yams", "/// import SkewlabEngine", "let important = 1", "imports()"])
  func `a line that imports nothing is none`(_ line: String) { #expect(Self.importedModule(line[...]) == nil) }

  @Test func `an arrow against the design is seen`() {
    #expect(Self.isForbidden("SkewlabComponents", in: "SkewlabEngine"))
    #expect(Self.isForbidden("Yams", in: "SkewlabExperiments"))
    #expect(Self.isForbidden("Testing", in: "SkewlabTesting"))
    #expect(!Self.isForbidden("FoundationEssentials", in: "SkewlabExperiments"))
  }

  @Test func `comments and quotes are not code`() {
    #expect(Self.code("let a = \"unsafe\" // unsafe") == "let a = \" ")
  }

  // MARK: The manifest

  /// What each target depends on: every quoted name in its declaration, which is a call of `library`, `tests`, `.target` or
  /// `.executableTarget`.
  static func manifestDependencies() throws -> [String: Set<String>] {
    let text = try String(contentsOf: root.appendingPathComponent("Package.swift"), encoding: .utf8)
    guard let start = text.range(of: "targets: [\n", options: .backwards) else { return [:] }
    var dependencies: [String: Set<String>] = [:]
    var depth = 0, call = ""
    for character in text[start.upperBound...] {
      if character == "(" { depth += 1 }
      call.append(character)
      guard character == ")" else { continue }
      depth -= 1
      if depth < 0 { break }
      guard depth == 0 else { continue }
      let names = call.split(separator: "\"", omittingEmptySubsequences: false).enumerated().filter { $0.offset % 2 == 1 }.map {
        String($0.element)
      }
      if let target = names.first { dependencies[target] = Set(names.dropFirst()) }
      call = ""
    }
    return dependencies
  }
}
