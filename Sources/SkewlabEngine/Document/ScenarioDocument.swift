internal import OrderedCollections
/// A scenario as it was written: an untyped tree that patches edit, and that a ``Catalog`` makes into a ``Scenario`` once.
///
/// A document is a Swift literal or comes from a YAML file (module SkewlabScenarios); both have the same keys.
/// ```swift
/// let document: ScenarioDocument = ["seed": 1, "world": ["kind": "gaussian", "features": 5], "learner": "ols"]
/// ```
public struct ScenarioDocument: Sendable, Hashable, ExpressibleByDictionaryLiteral {
  /// The top-level map.
  public var root: DocumentNode
  /// The folder that paths of data are relative to; `nil` is the current one.
  public var folder: String?

  /// A document with this tree.
  public init(root: DocumentNode, folder: String? = nil) {
    self.root = root
    self.folder = folder
  }

  /// A document with these top-level keys.
  public init(dictionaryLiteral elements: (String, DocumentNode)...) {
    var root: DocumentNode = [:]
    for (key, value) in elements { root[key] = value }
    self.init(root: root)
  }

  /// One variant of the scenario: a name and the patch that makes it.
  public struct Arm: Sendable, Hashable {
    /// The arm's name, unique in the experiment.
    public var name: String
    /// What differs from the scenario.
    public var patch: Patch

    /// An arm.
    public init(name: String, patch: Patch = Patch()) {
      self.name = name
      self.patch = patch
    }
  }

  /// The arms, in the order written; a scenario without arms has one, named `scenario`.
  public func arms() throws(ScenarioError) -> [Arm] {
    guard let node = root["arms"], node.value != .null else { return [Arm(name: "scenario")] }
    let path = DocumentPath(["arms"])
    guard let items = node.items else {
      throw ScenarioError(.wrongType(expected: "a list of arms", found: node), path: path, location: node.location)
    }
    var arms: [Arm] = []
    for (index, item) in items.enumerated() {
      let path = path.appending(index)
      guard let entries = item.entries else {
        throw ScenarioError(.wrongType(expected: "a map with a name", found: item), path: path, location: item.location)
      }
      let allowed = ["name", "title", "set", "add", "remove"]
      for (key, value) in entries where !allowed.contains(key) {
        throw ScenarioError(.unknownKey(key, allowed: allowed), path: path, location: value.keyLocation ?? value.location)
      }
      guard let nameNode = item["name"] else {
        throw ScenarioError(.missingKey("name", type: "text"), path: path, location: item.location)
      }
      guard let name = nameNode.text else {
        throw ScenarioError(.wrongType(expected: "text", found: nameNode), path: path.appending("name"), location: nameNode.location)
      }
      if name.isEmpty || name.contains(where: \.isNewline) {
        throw ScenarioError(
          .outOfRange(nameNode, allowed: "a name on one line"), path: path.appending("name"), location: nameNode.location)
      }
      if arms.contains(where: { $0.name == name }) {
        throw ScenarioError(.duplicate("arm", name), path: path.appending("name"), location: nameNode.location)
      }
      arms.append(Arm(name: name, patch: try Patch(reading: item, at: path)))
    }
    return arms.isEmpty ? [Arm(name: "scenario")] : arms
  }

  /// The scenario of one arm: the patch applied, the list of arms gone.
  public func resolved(for arm: Arm) throws(ScenarioError) -> ScenarioDocument {
    for operation in arm.patch.operations {
      guard let section = operation.path.steps.first, ["seed", "arms"].contains(section) else { continue }
      throw ScenarioError(
        .conflict("an arm cannot change '\(section)': all arms share their random numbers", advice: "set it for the whole scenario"),
        path: DocumentPath(["arms", arm.name]), location: arm.patch.location)
    }
    var document = self
    document.root["arms"] = nil
    return try arm.patch.applied(to: document)
  }
}
