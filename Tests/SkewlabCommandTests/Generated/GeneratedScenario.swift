import OrderedCollections
import SkewlabComponents
import SkewlabEngine

/// Makes scenarios out of the declarations in a catalog: a kind or a parameter that is added there takes part without a line here.
///
/// Of a scenario that is meant to run, whatever is refused is drawn again, and in the end left out. The others are kept as they came.
struct GeneratedScenario {
  private let catalog: Catalog
  private let folder: String
  private let tables: TableStore
  /// Told of what is made before it is tried, so that a crash has a name.
  private let willTry: (DocumentNode) -> Void
  private var values: GeneratedValue
  private var root: DocumentNode = [:]

  /// Draws scenario `index`; `folder` has the tables that it may read.
  static func root(
    seed: UInt64, index: Int, folder: String, catalog: Catalog = .standard, willTry: @escaping (DocumentNode) -> Void
  ) -> DocumentNode {
    var generator = GeneratedScenario(chance: Chance(seed: seed, index: index), folder: folder, catalog: catalog, willTry: willTry)
    return generator.make()
  }

  private init(chance: Chance, folder: String, catalog: Catalog, willTry: @escaping (DocumentNode) -> Void) {
    self.catalog = catalog
    self.folder = folder
    self.willTry = willTry
    tables = TableStore()
    values = GeneratedValue(chance)
    values.names.files = GeneratedTable.names
  }

  private mutating func make() -> DocumentNode {
    let isMeantToRun = values.chance.happens(75)
    values.extreme = values.chance.pick(isMeantToRun ? [0, 5, 10, 30] : [5, 20, 50])
    values.invalid = isMeantToRun ? 0 : values.chance.pick([2, 5, 20])
    root["name"] = "generated"
    root["seed"] = .integer(values.chance.pick([0, 1, 7, 12345, Int.max]))
    root["cycles"] = .integer(1 + values.chance.below(5))
    root["rows"] = .integer(values.chance.pick([1, 2, 3, 7, 8, 9, 16, 30, 30, 50, 50, 100, 100, 100]))
    root["replicates"] = .integer(1 + values.chance.below(3))
    if values.chance.happens(30) { root["evaluation"] = ["share": .number(values.chance.pick([0, 0.01, 0.3, 0.5, 0.99]))] }
    makeWorld()
    for role in Role.allCases where role != .world { makeSection(role) }
    addMissingSteps()
    if values.chance.happens(35) { makeArms() }
    if isMeantToRun { repair() } else if values.chance.happens(30) { spoil() }
    return root
  }

  // MARK: Components

  /// A component of a role, with some of its parameters.
  private mutating func component(_ role: Role, _ type: (any Component.Type)? = nil) -> DocumentNode? {
    let kinds = catalog.kinds(of: role)
    guard let type = type ?? (kinds.isEmpty ? nil : values.chance.pick(kinds)) else { return nil }
    var node: DocumentNode = ["kind": .string(type.kind)]
    values.names.areNew = role == .world && type != Table.self
    if type == Table.self { values.names.features = GeneratedTable.columns }
    let share = values.chance.pick([20, 40, 70])
    for parameter in Catalog.parameters(of: type) where parameter.isRequired || values.chance.happens(share) {
      if case .component(let inner) = parameter.type {
        node[parameter.name] = component(inner) ?? "odd"
        continue
      }
      if parameter.name == "id", !values.chance.happens(20) { continue }
      node[parameter.name] = value(of: parameter, type)
    }
    values.names.areNew = false
    return node
  }

  private mutating func value(of parameter: any ParameterDeclaration, _ type: any Component.Type) -> DocumentNode {
    // The example of a kind is a value that acts on something.
    if let example = type.example[parameter.name], type != Table.self, values.chance.happens(25) { return example }
    if type == Table.self, parameter.name == "target", values.chance.happens(90) { return "y" }
    return values.value(parameter.name, parameter.type)
  }

  private mutating func makeWorld() {
    for _ in 0..<8 {
      root["world"] = component(.world) ?? "gaussian"
      // Thousands of features take seconds; other tests have them.
      if let features = root["world"]?["features"]?.integer, features > Trial.widest { root["world"]?["features"] = 12 }
      var probe: DocumentNode = ["rows": 100, "pipeline": ["impute", "one-hot"]]
      probe["world"] = root["world"]
      willTry(probe)
      guard let scenario = try? Scenario(ScenarioDocument(root: probe, folder: folder), catalog: catalog, tables: tables),
        scenario.schema.count <= Trial.widest
      else { continue }
      values.names.features = scenario.schema.names
      values.names.groups = scenario.world.component.groups
      values.names.levels = scenario.schema.columns.flatMap { column -> [String] in
        if case .categorical(let levels) = column.type { levels } else { [] }
      }
      values.names.columns += scenario.columns
      return
    }
    root["world"] = ["kind": "gaussian", "features": 3]
    values.names.features = ["x1", "x2", "x3"]
  }

  private mutating func makeSection(_ role: Role) {
    let wanted: [Role: Int] = [
      .shift: 50, .transform: 65, .discrepancy: 60, .runtime: 30, .response: 55, .learner: 75, .retraining: 60, .metric: 30,
    ]
    guard values.chance.happens(wanted[role] ?? 10) else { return }
    if role.isList {
      var items: [DocumentNode] = []
      for _ in 0..<(1 + values.chance.below(3)) { if let item = component(role) { items.append(item) } }
      if !items.isEmpty { root[role.section] = DocumentNode(.list(items)) }
    } else if let node = component(role) {
      root[role.section] = node
    }
    if role == .transform { values.names.steps = (root["pipeline"]?.items ?? []).compactMap { $0["kind"]?.text } }
  }

  /// Most scenarios fill gaps before other steps, and encode texts after them.
  private mutating func addMissingSteps() {
    guard values.chance.happens(70) else { return }
    root["pipeline"] = DocumentNode(.list(["impute"] + (root["pipeline"]?.items ?? []) + ["one-hot"]))
  }

  // MARK: Arms

  private mutating func makeArms() {
    var arms: [DocumentNode] = [["name": "as-is"]]
    for index in 0..<(1 + values.chance.below(2)) {
      let name = values.chance.happens(20) ? values.chance.pick(GeneratedValue.oddNames) : "arm \(index)"
      var arm: DocumentNode = ["name": .string(name)]
      for _ in 0..<(1 + values.chance.below(2)) { change(&arm) }
      arms.append(arm)
    }
    if values.chance.happens(20) { arms.removeFirst() }
    root["arms"] = DocumentNode(.list(arms))
  }

  private mutating func change(_ arm: inout DocumentNode) {
    let role = values.chance.pick(Role.allCases)
    let items = root[role.section]?.items ?? []
    switch values.chance.below(4) {
    case 0:
      var set = arm["set"] ?? [:]
      if role.isList, !items.isEmpty {
        let index = values.chance.below(items.count)
        guard let kind = items[index]["kind"]?.text, let type = catalog.kinds(of: role).first(where: { $0.kind == kind }),
          case let parameters = Catalog.parameters(of: type), !parameters.isEmpty
        else { return }
        let parameter = values.chance.pick(parameters)
        set["\(role.section).\(index).\(parameter.name)"] = value(of: parameter, type)
      } else if !role.isList, role != .world || values.chance.happens(10), let node = component(role) {
        set[role.section] = node
      }
      if set.entries?.isEmpty == false { arm["set"] = set }
    case 1:
      guard role.isList, !items.isEmpty, let node = component(role) else { return }
      var add = arm["add"] ?? [:]
      add[role.section] = node
      arm["add"] = add
    case 2:
      guard !items.isEmpty else { return }
      arm["remove"] = ["\(role.section).\(values.chance.below(items.count))"]
    default:
      var set = arm["set"] ?? [:]
      let key = values.chance.pick(["cycles", "rows", "replicates"])
      set[key] = .integer(1 + values.chance.below(key == "rows" ? 40 : 3))
      arm["set"] = set
    }
  }

  // MARK: Until it is accepted, or so that it is not

  /// Draws what is refused again, twice, and then leaves it out.
  private mutating func repair() {
    var draws: [String: Int] = [:]
    for _ in 0..<24 {
      let problems: [Problem]
      do throws(ScenarioError) {
        let document = ScenarioDocument(root: root, folder: folder)
        willTry(root)
        for arm in try document.arms() {
          do throws(ScenarioError) {
            _ = try Scenario(document.resolved(for: arm), catalog: catalog, tables: tables)
          } catch {
            // What is wrong in one arm alone is left out with the arm.
            if arm.name != "scenario", (try? Scenario(withoutArms, catalog: catalog, tables: tables)) != nil {
              drop(arm: arm.name)
            }
            throw error
          }
        }
        return
      } catch { problems = error.problems }
      guard let steps = problems.first?.path.steps, let section = steps.first else {
        root["arms"] = nil
        continue
      }
      let role = Role.allCases.first { $0.section == section }
      if section == "pipeline", steps.count == 1 {
        guard draws["", default: 0] < 2 else {
          root["pipeline"] = nil
          continue
        }
        draws["", default: 0] += 1
        root["pipeline"] = DocumentNode(.list(["impute"] + (root["pipeline"]?.items ?? []) + ["one-hot"]))
      } else if let role, role.isList, steps.count > 1, let index = Int(steps[1]), var items = root[section]?.items,
        items.indices.contains(index)
      {
        draws[section, default: 0] += 1
        if draws[section, default: 0] < 8, let node = component(role) { items[index] = node } else { items.remove(at: index) }
        root[section] = items.isEmpty ? DocumentNode?.none : DocumentNode(.list(items))
      } else if section != "world", role != nil {
        draws[section, default: 0] += 1
        root[section] = draws[section, default: 0] < 3 && role?.isList == false ? role.flatMap { component($0) } : DocumentNode?.none
      } else if section == "rows" {
        root["rows"] = 2
      } else {
        root["arms"] = nil
      }
    }
  }

  private var withoutArms: ScenarioDocument {
    var plain = root
    plain["arms"] = nil
    return ScenarioDocument(root: plain, folder: folder)
  }

  private mutating func drop(arm name: String) {
    let arms = (root["arms"]?.items ?? []).filter { $0["name"]?.text != name }
    root["arms"] = arms.isEmpty ? DocumentNode?.none : DocumentNode(.list(arms))
  }

  /// Puts something that does not belong there at the top.
  private mutating func spoil() {
    let key = values.chance.pick(Scenario.topLevelKeys)
    root[key] = values.chance.pick(GeneratedValue.invalid)
  }
}
