internal import ArgumentParser
internal import SkewlabEngine
internal import SkewlabExperiments
internal import SkewlabScenarios

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// `skewlab new`.
struct New: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write a scenario to start from.",
    discussion: """
      EXAMPLES:
        skewlab new mine
        skewlab new sales --table sales.csv --target price
      """)

  @Argument(help: "The scenario's name; the file is NAME.yaml.")
  var name: String

  @Option(help: "A CSV file with a header, for a scenario on your own data.", completion: .file(extensions: ["csv"]))
  var table: String?

  @Option(help: "The column of the table to predict.")
  var target: String?

  @Flag(help: "Replace the file if it is there.")
  var force = false

  func validate() throws {
    if (table == nil) != (target == nil) { throw ValidationError("--table and --target go together") }
  }

  func run() throws {
    let path = name.hasSuffix(".yaml") ? name : name + ".yaml"
    if FileManager.default.fileExists(atPath: path), !force {
      throw ResultsError(path: path, reason: "the file is there already; choose another name, or replace it with --force")
    }
    let short = path.split(separator: "/").last.map { String($0.dropLast(5)) } ?? name
    let text = ScenarioTemplate.text(name: short, table: table.map { relative($0, to: path) }, target: target)
    // A template that does not load would be worse than none: read it before it is written.
    var document = try YAMLReader.document(text, file: path)
    document.folder = path.lastIndex(of: "/").map { String(path[..<$0]) }
    _ = try Experiment(document)
    do { try Data(text.utf8).write(to: URL(filePath: path), options: .atomic) } catch {
      throw ResultsError(path: path, reason: "the file cannot be written; check the folder and its permissions")
    }
    Terminal.output("wrote \(path); run it with: skewlab run \(path)")
  }

  /// The table's path as the scenario file, perhaps in another folder, has to say it.
  private func relative(_ table: String, to path: String) -> String {
    path.contains("/") && !table.hasPrefix("/") ? FileManager.default.currentDirectoryPath + "/" + table : table
  }
}
