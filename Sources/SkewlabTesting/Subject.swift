internal import OrderedCollections
internal import SkewlabEngine

/// A kind in a scenario, ready to be examined.
struct Subject: Sendable {
  let type: any Component.Type
  let catalog: Catalog
  /// Files, read once for every variant.
  let tables: TableStore
  /// How this variant differs from the example, for messages.
  let label: String
  let document: ScenarioDocument
  /// Where the document has the kind.
  let path: DocumentPath
  let scenario: Scenario

  private init(
    _ type: any Component.Type, catalog: Catalog, tables: TableStore, label: String, document: ScenarioDocument, path: DocumentPath
  ) throws(ScenarioError) {
    self.type = type
    self.catalog = catalog
    self.tables = tables
    self.label = label
    self.document = document
    self.path = path
    scenario = try Scenario(document, catalog: catalog, tables: tables)
  }

  /// Puts a kind into the scenario given, or into the first of ours that takes it.
  static func make(
    _ type: any Component.Type, catalog: Catalog, given: ScenarioDocument?, folder: String
  ) throws(ScenarioError) -> Subject {
    let tables = TableStore()
    var refusal: ScenarioError?
    for base in given.map({ [$0] }) ?? BaseScenarios.documents(for: type, folder: folder) {
      let (document, path) = base.placing(type)
      do {
        return try Subject(type, catalog: catalog, tables: tables, label: "", document: document, path: path)
      } catch {
        refusal = refusal ?? error
      }
    }
    throw refusal ?? ScenarioError(.missingKey(type.role.section, type: "a \(type.role)"))
  }

  /// The kind's own node.
  var node: DocumentNode { document.root.node(at: path) ?? type.fullExample }

  /// The same kind in a changed scenario.
  func changing(_ label: String? = nil, _ change: (inout ScenarioDocument) -> Void) throws(ScenarioError) -> Subject {
    var document = document
    change(&document)
    return try Subject(type, catalog: catalog, tables: tables, label: label ?? self.label, document: document, path: path)
  }

  /// The same scenario with one parameter of the kind set, or taken away.
  func setting(_ parameter: String, _ value: DocumentNode?, label: String? = nil) throws(ScenarioError) -> Subject {
    try changing(label) { document in
      var node = node
      node[parameter] = value
      document.replace(at: path, by: node)
    }
  }

  /// This subject, and one for every word, switch and end of a range that a single parameter can be set to and the scenario takes.
  var variants: [Subject] {
    var variants = [self]
    for parameter in type.parameters {
      for value in Self.turns(of: parameter.type) where node[parameter.name] != value {
        if let variant = try? setting(parameter.name, value, label: "\(parameter.name): \(value.json())") { variants.append(variant) }
      }
    }
    return variants
  }

  private static func turns(of type: ParameterType) -> [DocumentNode] {
    switch type {
    case .choice(let words): words.map { .string($0) }
    case .flag: [true, false]
    case .integer(let range): range.lowerBound > -1_000_000 ? [.integer(range.lowerBound)] : []
    case .number(let range):
      (range.lower.isFinite && range.includesLower ? [.number(range.lower)] : [])
        + (range.upper.isFinite && range.includesUpper ? [.number(range.upper)] : [])
    case .either(let types): types.flatMap { turns(of: $0) }
    case .text, .list, .map, .component: []
    }
  }
}

extension ScenarioDocument {
  /// The document with the kind's example in its section, unless it is there already; and where it is.
  fileprivate func placing(_ type: any Component.Type) -> (ScenarioDocument, DocumentPath) {
    var document = self
    let section = type.role.section
    let present = root[section]
    guard type.role.isList else {
      if present?["kind"]?.text != type.kind { document.root[section] = type.fullExample }
      return (document, DocumentPath([section]))
    }
    let items = present?.items ?? []
    if let index = items.firstIndex(where: { $0["kind"]?.text == type.kind }) {
      return (document, DocumentPath([section]).appending(index))
    }
    document.root[section] = DocumentNode(.list(items + [type.fullExample]))
    return (document, DocumentPath([section]).appending(items.count))
  }

  /// Puts a node where a section, or an item of one, is.
  mutating func replace(at path: DocumentPath, by node: DocumentNode) {
    guard let section = path.steps.first else { return }
    guard path.steps.count > 1, let index = Int(path.steps[1]), var items = root[section]?.items else {
      root[section] = node
      return
    }
    items[index] = node
    root[section] = DocumentNode(.list(items))
  }
}
