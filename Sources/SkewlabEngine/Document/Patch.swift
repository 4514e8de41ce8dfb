internal import OrderedCollections
/// A change to a scenario document: what an arm, an override, and every later command is made of.
///
/// A path names keys of maps and items of lists (by index, id, or kind where unique). The parent of what is set, added to or removed has
/// to be there, except that a top-level section may be created; a section written as a bare kind (`learner: ols`) is opened to a map first.
public struct Patch: Sendable, Hashable {
  /// One change.
  public enum Operation: Sendable, Hashable {
    /// Replaces or creates the value at the path.
    case set(DocumentPath, DocumentNode)
    /// Appends items to the list at the path.
    case add(DocumentPath, [DocumentNode])
    /// Deletes the value at the path.
    case remove(DocumentPath)

    /// Where the change is made.
    public var path: DocumentPath {
      switch self {
      case .set(let path, _), .add(let path, _), .remove(let path): path
      }
    }
  }

  /// The changes, applied in this order.
  public var operations: [Operation]
  /// Where the patch was written, for messages.
  public var location: SourceLocation?

  /// A patch of these changes.
  public init(_ operations: [Operation] = [], at location: SourceLocation? = nil) {
    self.operations = operations
    self.location = location
  }

  /// Reads the `set`, `add` and `remove` of a map, such as an arm. Sets come first, then additions, then removals.
  public init(reading node: DocumentNode, at path: DocumentPath) throws(ScenarioError) {
    var operations: [Operation] = []
    func parsed(_ text: String, _ holder: DocumentNode) throws(ScenarioError) -> DocumentPath {
      guard let target = DocumentPath(parsing: text) else {
        throw ScenarioError(.notAPath(text), path: path, location: holder.keyLocation ?? holder.location)
      }
      return target
    }
    func changes(_ key: String) throws(ScenarioError) -> [(String, DocumentNode)] {
      guard let node = node[key] else { return [] }
      guard let entries = node.entries else {
        throw ScenarioError(
          .wrongType(expected: "a map from paths to values", found: node), path: path.appending(key), location: node.location)
      }
      return entries.map { ($0.key, $0.value) }
    }
    for (key, value) in try changes("set") { operations.append(.set(try parsed(key, value), value)) }
    for (key, value) in try changes("add") { operations.append(.add(try parsed(key, value), value.items ?? [value])) }
    if let removed = node["remove"] {
      for item in removed.items ?? [removed] {
        guard let text = item.text else {
          throw ScenarioError(.wrongType(expected: "a path", found: item), path: path.appending("remove"), location: item.location)
        }
        operations.append(.remove(try parsed(text, item)))
      }
    }
    self.init(operations, at: node.location)
  }

  /// The document with every change made, in order.
  public func applied(to document: ScenarioDocument) throws(ScenarioError) -> ScenarioDocument {
    var document = document
    for operation in operations {
      do throws(NotThere) {
        try Self.apply(operation, to: &document.root, at: operation.path.steps[...])
      } catch {
        let path = operation.path.description
        let reason: Problem.Reason =
          error.isNoList
          ? .conflict("the value at '\(path)' is not a list, so that nothing can be added to it", advice: "replace it with `set`")
          : .noSuchPath(path, missing: error.step, known: error.known)
        throw ScenarioError(reason, path: DocumentPath(), location: place(of: operation))
      }
    }
    return document
  }

  private func place(of operation: Operation) -> SourceLocation? {
    switch operation {
    case .set(_, let node): node.keyLocation ?? node.location ?? location
    case .add(_, let items): items.first?.location ?? location
    case .remove: location
    }
  }

  /// The step of a path that leads nowhere, and what is there instead.
  private struct NotThere: Error {
    let step: String
    let known: [String]
    /// Whether it does lead to something, which is not a list to add to.
    let isNoList: Bool

    init(_ step: String, in node: DocumentNode, isNoList: Bool = false) {
      self.step = step
      self.isNoList = isNoList
      known =
        node.entries.map { Array($0.keys) } ?? node.items.map { items in
          items.enumerated().map { $1["id"]?.text ?? $1["name"]?.text ?? $1["kind"]?.text ?? String($0) }
        } ?? []
    }
  }

  private static func apply(_ operation: Operation, to node: inout DocumentNode, at steps: ArraySlice<String>, depth: Int = 0)
    throws(NotThere)
  {
    guard let step = steps.first else { throw NotThere("", in: node) }
    if node.text != nil { node = ["kind": DocumentNode(node.value, at: node.location)] }
    if steps.count == 1 { return try applyLast(operation, to: &node, step: step) }
    if case .map = node.value {
      if node[step] == nil, depth == 0, Scenario.topLevelKeys.contains(step) { node[step] = Scenario.sectionLeftOut(step) ?? [:] }
      guard var child = node[step] else { throw NotThere(step, in: node) }
      try apply(operation, to: &child, at: steps.dropFirst(), depth: depth + 1)
      node[step] = child
    } else if let index = node.itemIndex(step), var items = node.items {
      try apply(operation, to: &items[index], at: steps.dropFirst(), depth: depth + 1)
      node.value = .list(items)
    } else {
      throw NotThere(step, in: node)
    }
  }

  private static func applyLast(_ operation: Operation, to node: inout DocumentNode, step: String) throws(NotThere) {
    let index = node.itemIndex(step)
    switch operation {
    case .set(_, let value):
      if case .map = node.value {
        node[step] = value
      } else if let index, var items = node.items {
        items[index] = value
        node.value = .list(items)
      } else {
        throw NotThere(step, in: node)
      }
    case .add(_, let added):
      guard case .map = node.value else { throw NotThere(step, in: node) }
      let present = node[step] ?? Scenario.sectionLeftOut(step)
      guard let items = present == nil ? [] : present?.items else { throw NotThere(step, in: node, isNoList: true) }
      var list = present ?? []
      list.value = .list(items + added)
      node[step] = list
    case .remove:
      if case .map(var entries) = node.value, entries.removeValue(forKey: step) != nil {
        node.value = .map(entries)
      } else if let index, var items = node.items {
        items.remove(at: index)
        node.value = .list(items)
      } else {
        throw NotThere(step, in: node)
      }
    }
  }
}
