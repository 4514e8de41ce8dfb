internal import ArgumentParser
internal import SkewlabComponents
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

  @Option(
    name: .customLong("category"), parsing: .singleValue, help: "A column to read as text even where it holds numbers; may be repeated.")
  var categories: [String] = []

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
    let text: String
    if let table, let target {
      text = try onTable(relative(table, to: path), target: target, name: short, path: path)
    } else {
      text = ScenarioTemplate.text(name: short)
    }
    // A template that does not load would be worse than none: it is read before it is written.
    _ = try Experiment(document(text, path: path))
    do { try Data(text.utf8).write(to: URL(filePath: path), options: .atomic) } catch {
      let isFull = (error as? CocoaError)?.code == .fileWriteOutOfSpace
      throw ResultsError(
        path: path,
        reason: isFull
          ? "the disk is full; free some space and run again" : "the file cannot be written; check the folder and its permissions")
    }
    let quoted = path.allSatisfy { $0.isLetter || $0.isNumber || "._-/".contains($0) } ? path : "'\(path)'"
    Terminal.output("wrote \(path); run it with: skewlab run \(quoted)")
  }

  /// A scenario on a table, its features listed: text columns with a level for nearly every row are left out, since they name rows rather than describe them.
  private func onTable(_ table: String, target: String, name: String, path: String) throws -> String {
    let every = ScenarioTemplate.text(name: name, table: table, target: target, categories: categories)
    let world: any World
    do throws(ScenarioError) {
      // The world alone: encoding a text for every row could make more columns than a scenario may have.
      world = try Scenario.world(of: document(every, path: path).resolved(for: .init(name: "all")), catalog: .standard)
    } catch {
      // The file that the places are in is not there yet.
      throw ScenarioError(
        error.problems.map { problem in
          var problem = problem
          problem.location = nil
          return problem
        })
    }
    let rows = world.everyRow?.count ?? 0
    var kept: [String] = [], left: [String] = []
    for column in world.schema.columns {
      if case .categorical(let levels) = column.type, levels.count > 20, levels.count * 3 > rows {
        left.append("\(column.name) (\(levels.count) different texts in \(rows) rows)")
      } else {
        kept.append(column.name)
      }
    }
    for column in left { Terminal.error("note: left out of the features: \(column)") }
    return ScenarioTemplate.text(name: name, table: table, target: target, categories: categories, features: kept, left: left)
  }

  private func document(_ text: String, path: String) throws(ScenarioError) -> ScenarioDocument {
    var document = try YAMLReader.document(text, file: path)
    document.folder = path.lastIndex(of: "/").map { String(path[..<$0]) }
    return document
  }

  /// The table's path as the scenario file, perhaps in another folder, has to say it.
  private func relative(_ table: String, to path: String) -> String {
    path.contains("/") && !table.hasPrefix("/") ? FileManager.default.currentDirectoryPath + "/" + table : table
  }
}
