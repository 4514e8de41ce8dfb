internal import ArgumentParser
internal import SkewlabComponents
internal import SkewlabEngine
internal import SkewlabScenarios

/// `skewlab schema`.
struct Schema: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print the JSON Schema of scenario files, for editors.",
    discussion: """
      EXAMPLES:
        skewlab schema > skewlab.schema.json
        (then begin a scenario with: # yaml-language-server: $schema=skewlab.schema.json)
      """)

  func run() { Terminal.output(ScenarioSchema.make(.standard).json(indented: true)) }
}
