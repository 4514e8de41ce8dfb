public import SkewlabEngine

/// Checks that a kind keeps the contract of its role. For our own kinds, and for those of others:
/// ```swift
/// @Test func `my response conforms`() {
///   #expect(Conformance.check(MyResponse.self, catalog: .standard) == [])
/// }
/// ```
/// The kind is put into a small scenario with its `example`, and then with one parameter at a time at another word, at the other setting
/// of a switch, or at an end of its range. Every check that looks at a mean has fixed seeds and bounds of five standard errors.
public enum Conformance {
  /// Examines a kind.
  ///
  /// - Parameters:
  ///   - type: The kind; it need not be in the catalog.
  ///   - catalog: What the scenario around it is made of: at least the kinds of the standard catalog that the checks name.
  ///   - scenario: The scenario to put it into. Where its section already has the kind, that is examined, with the parameters it
  ///     has there; otherwise they are taken from the kind's example.
  /// - Returns: What it breaks, at most once a check; nothing when it conforms.
  public static func check(_ type: any Component.Type, catalog: Catalog, in scenario: ScenarioDocument? = nil) -> [Violation] {
    let catalog = catalog.adding(type)
    let folder = TableFolder()
    defer { folder.remove() }
    var found = Findings()
    for check in DeclarationChecks.all { found.add(check.check, check.messages(type)) }
    if found.isClean(.defaults) {
      do {
        let subject = try Subject.make(type, catalog: catalog, given: scenario, folder: folder.path)
        for check in ParameterChecks.all { found.run(check, on: subject) }
        let checks = LoopChecks.all + roleChecks(type.role)
        for variant in subject.variants {
          for check in checks where found.isClean(check.check) { found.run(check, on: variant) }
        }
      } catch {
        found.add(.example, ["no scenario can be made with it: \(error)"])
      }
    }
    return found.violations(of: type)
  }

  private static func roleChecks(_ role: Role) -> [NamedCheck] {
    switch role {
    case .world: WorldChecks.all
    case .shift: ShiftChecks.all
    case .transform: TransformChecks.all
    case .discrepancy: DiscrepancyChecks.all
    case .runtime: RuntimeChecks.all
    case .decision: DecisionChecks.all
    case .response: ResponseChecks.all
    case .observation: ObservationChecks.all
    case .learner: LearnerChecks.all
    case .retraining: RetrainingChecks.all
    case .detector: DetectorChecks.all
    case .metric: MetricChecks.all
    }
  }
}

/// What the checks of one kind have found.
private struct Findings {
  private var messages: [Conformance.Check: String] = [:]

  func isClean(_ check: Conformance.Check) -> Bool { messages[check] == nil }

  mutating func add(_ check: Conformance.Check, _ found: [String]) {
    guard messages[check] == nil, let first = found.first else { return }
    messages[check] = found.count == 1 ? first : "\(first) (and \(found.count - 1) more)"
  }

  mutating func run(_ check: NamedCheck, on subject: Subject) {
    let place = subject.label.isEmpty ? "" : "with \(subject.label): "
    do { add(check.check, try check.run(subject).map { place + $0 }) } catch { add(check.check, [place + "refused: \(error)"]) }
  }

  /// What is left once the kind's own skips are honoured; a skip that is wrong is a violation.
  func violations(of type: any Component.Type) -> [Violation] {
    var messages = messages
    var wrong: [String] = []
    for skip in type.conformanceSkips {
      guard let check = Conformance.Check(rawValue: skip.check), check != .skips else {
        wrong.append("there is no check '\(skip.check)' to skip")
        continue
      }
      if skip.reason.allSatisfy(\.isWhitespace) { wrong.append("the skip of '\(skip.check)' gives no reason") }
      if messages.removeValue(forKey: check) == nil { wrong.append("the skip of '\(skip.check)' is not needed: the kind passes it") }
    }
    if let first = wrong.first { messages[.skips] = first }
    return Conformance.Check.allCases.compactMap { check in
      messages[check].map { Violation(kind: "\(type.role)/\(type.kind)", check: check.rawValue, message: $0) }
    }
  }
}
