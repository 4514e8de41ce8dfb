internal import SkewlabComponents
internal import SkewlabEngine

/// What an attribution switches on and off: the components of a cause, or one component.
public struct AttributionPlayer: Sendable, Hashable {
  /// The cause, or role and id as in `discrepancy/unit`.
  public let name: String
  /// What is switched, as role and id; `world/order` is the order in time of a table's rows.
  public let components: [String]
  fileprivate let switches: [Switch]

  /// One thing that can be off.
  fileprivate enum Switch: Hashable {
    /// The order in time of a table's rows, in whose place they are drawn at random from the first of them.
    case order
    /// The item of a section's list.
    case item(section: String, index: Int)
    /// The runtime, in whose place answers take no time.
    case runtime
  }

  /// The players of a scenario, in the order of the causes or of the cycle.
  static func players(of scenario: Scenario, by grouping: Attribution.Grouping) -> [AttributionPlayer] {
    let parts = parts(of: scenario)
    switch grouping {
    case .component: return parts.map { AttributionPlayer(name: $0.name, components: [$0.name], switches: [$0.off]) }
    case .cause:
      return Cause.allCases.compactMap { cause in
        let own = parts.filter { $0.cause == cause }
        return own.isEmpty ? nil : AttributionPlayer(name: cause.rawValue, components: own.map(\.name), switches: own.map(\.off))
      }
    }
  }

  private static func parts(of scenario: Scenario) -> [(name: String, cause: Cause?, off: Switch)] {
    var parts: [(name: String, cause: Cause?, off: Switch)] = []
    func add<Kind>(_ role: Role, _ installed: [Installed<Kind>]) {
      for (index, component) in installed.enumerated() {
        parts.append(("\(role.rawValue)/\(component.id)", component.cause, .item(section: role.section, index: index)))
      }
    }
    if (scenario.world.component as? Table)?.isInOrder == true { parts.append(("world/order", .dataShift, .order)) }
    add(.shift, scenario.shifts)
    add(.discrepancy, scenario.discrepancies)
    if !(scenario.runtime.component is Instant) { parts.append(("runtime/\(scenario.runtime.id)", scenario.runtime.cause, .runtime)) }
    add(.response, scenario.responses)
    return parts
  }

  /// The changes that switch players off: lists without their items, so that what stays keeps its id, and with it its random numbers.
  static func changes(switchingOff players: [AttributionPlayer], in document: ScenarioDocument) -> DocumentNode {
    let off = Set(players.flatMap(\.switches))
    var changes: DocumentNode = [:]
    for role in [Role.shift, .discrepancy, .response] {
      guard let list = document.root[role.section], let items = list.items else { continue }
      let kept = items.indices.filter { !off.contains(.item(section: role.section, index: $0)) }.map { items[$0] }
      if kept.count < items.count { changes[role.section] = DocumentNode(.list(kept), at: list.location) }
    }
    if off.contains(.order) { changes["world.draw"] = "first-period" }
    if off.contains(.runtime) { changes["runtime"] = "instant" }
    return changes
  }
}
