internal import ArgumentParser
internal import OrderedCollections
internal import SkewlabComponents
internal import SkewlabEngine

/// `skewlab describe`.
struct Describe: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say exactly what a kind does: definition, parameters, ranges, source.",
    discussion: """
      EXAMPLES:
        skewlab describe anchoring
        skewlab describe table
      """)

  @Argument(help: "A kind, as `skewlab list` shows it.")
  var kind: String

  func run() throws {
    let kinds = Catalog.standard.kinds(named: kind)
    guard !kinds.isEmpty else {
      throw ScenarioError(.unknownName(kind, what: "kind", known: Catalog.standard.allKinds.map { $0.kind }))
    }
    for type in kinds {
      Terminal.output(bold: "\(type.role.rawValue) \(type.kind)", ": \(type.summary)\n")
      Terminal.output(wrapped(type.definition, indent: ""))
      let parameters = Catalog.parameters(of: type)
      if !parameters.isEmpty { Terminal.output("\nParameters:") }
      for parameter in parameters {
        let standing =
          parameter.isRequired ? "required" : parameter.defaultValue.map { "default \($0.text ?? $0.json(indented: true))" } ?? "optional"
        Terminal.output("  \(parameter.name)  (\(standing))")
        Terminal.output(wrapped("\(parameter.type.description). \(parameter.about)", indent: "      "))
      }
      Terminal.output("\nExample (under `\(type.role.section)`):\n  \(type.role.isList ? "- " : "")\(type.fullExample.flowText)")
      if !type.source.isEmpty { Terminal.output("\nSource: \(type.source)") }
    }
  }

  private func wrapped(_ text: String, indent: String) -> String {
    var lines: [String] = [], line = indent
    for word in text.split(separator: " ") {
      if line.count + word.count + 1 > 100, line.count > indent.count {
        lines.append(line)
        line = indent
      }
      line += (line.count > indent.count ? " " : "") + word
    }
    return (lines + [line]).joined(separator: "\n")
  }
}

extension DocumentNode {
  /// The value in YAML's flow style, on one line.
  var flowText: String {
    switch value {
    case .string(let text): text
    case .list(let items): "[" + items.map(\.flowText).joined(separator: ", ") + "]"
    case .map: "{" + (entryTexts.joined(separator: ", ")) + "}"
    default: json()
    }
  }
}

extension DocumentNode {
  private var entryTexts: [String] { (entries ?? [:]).map { "\($0.key): \($0.value.flowText)" } }
}
