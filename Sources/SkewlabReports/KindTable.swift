public import SkewlabEngine

/// The documentation's table of kinds, made from the catalog.
public enum KindTable {
  /// A page in Markdown: a section for each role, a row for each kind, with its parameters.
  public static func markdown(_ catalog: Catalog) -> String {
    var text = "# Kinds\n\nEvery kind that a scenario can name, made by `skewlab list --markdown` from the declarations in the code.\n"
    for role in Role.allCases {
      let kinds = catalog.kinds(of: role)
      guard !kinds.isEmpty else { continue }
      text += "\n## \(role.rawValue.prefix(1).uppercased() + role.rawValue.dropFirst())\n\nUnder `\(role.section)`: \(role.summary).\n"
      for kind in kinds {
        text += "\n### \(kind.kind)\n\n\(escaped(kind.definition))\n"
        let parameters = Catalog.parameters(of: kind)
        if !parameters.isEmpty { text += "\n" }
        for parameter in parameters {
          let standing =
            parameter.isRequired
            ? "required" : parameter.defaultValue.map { "default `\($0.text ?? $0.json(indented: true))`" } ?? "optional"
          text += "- `\(parameter.name)` (\(standing)): \(escaped(parameter.type.description)). \(escaped(parameter.about))\n"
        }
        if !kind.source.isEmpty { text += "\nSource: \(escaped(kind.source)).\n" }
      }
    }
    return String(text.dropLast())
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("*", with: "\\*").replacing("<", with: "&lt;").replacing("_", with: "\\_").replacing("[", with: "\\[")
  }
}
