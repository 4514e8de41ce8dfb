internal import ArgumentParser
internal import SkewlabComponents
internal import SkewlabEngine
internal import SkewlabReports

/// `skewlab list`.
struct List: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List the kinds that scenarios can name.",
    discussion: """
      EXAMPLES:
        skewlab list
        skewlab list response
      """)

  @Argument(
    help: "A role: world, shift, transform, discrepancy, runtime, decision, response, observation, learner, retraining, detector, metric.")
  var role: String?

  @Flag(help: "Write the table of all kinds that the documentation has.")
  var markdown = false

  func run() throws {
    if markdown {
      Terminal.output(KindTable.markdown(.standard))
      return
    }
    var roles = Role.allCases
    if let role {
      guard let one = Role.allCases.first(where: { $0.rawValue == role || $0.section == role }) else {
        throw ScenarioError(.notAllowed(role, allowed: Role.allCases.map(\.rawValue)))
      }
      roles = [one]
    }
    for (index, role) in roles.enumerated() {
      let kinds = Catalog.standard.kinds(of: role)
      if index > 0 { Terminal.output("") }
      Terminal.output(bold: role.rawValue, " (key `\(role.section)`): \(role.summary)")
      if kinds.isEmpty { Terminal.output("  none in this version") }
      let width = kinds.map { $0.kind.count }.max() ?? 0
      for kind in kinds {
        Terminal.output("  \(kind.kind)\(String(repeating: " ", count: width - kind.kind.count))  \(kind.summary)")
      }
    }
  }
}
