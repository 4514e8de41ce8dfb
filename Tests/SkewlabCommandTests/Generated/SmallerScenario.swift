import Foundation
import OrderedCollections
import SkewlabEngine
import SkewlabScenarios

/// Makes a failing scenario smaller: leaves out keys and items for as long as it still fails.
struct SmallerScenario {
  private static let triesAllowed = 120
  private static let timeAllowed = Duration.seconds(60)

  let batch: TrialBatch
  let failure: TrialBatch.Failure

  /// A smaller scenario that fails beside the tables in the folder of the batch; itself where there is none.
  func shrink() async throws -> String {
    let file = batch.folder.appendingPathComponent(Trial.scenarioName)
    guard var root = try? YAMLReader.document(failure.scenario, file: "s").root, try await fails(root, file) else {
      return failure.scenario
    }
    let end = ContinuousClock.now + Self.timeAllowed
    var tries = 0, hasShrunk = true
    func mayGoOn() -> Bool { tries < Self.triesAllowed && .now < end }
    while hasShrunk, mayGoOn() {
      hasShrunk = false
      // From the last, so that what is left out moves nothing that is still to come.
      for path in Self.paths(root).reversed() where mayGoOn() {
        let smaller = Self.without(path[...], root)
        guard smaller != root else { continue }
        tries += 1
        guard try await fails(smaller, file) else { continue }
        root = smaller
        hasShrunk = true
      }
    }
    return root.yaml
  }

  private func fails(_ root: DocumentNode, _ file: URL) async throws -> Bool {
    try Data(root.yaml.utf8).write(to: file)
    return try await batch.failure(index: failure.index, table: failure.table) != nil
  }

  /// The ways to all that may be left out, outer before inner.
  private static func paths(_ node: DocumentNode, _ path: [String] = []) -> [[String]] {
    let children =
      (node.entries ?? [:]).map { ($0.key, $0.value) } + (node.items ?? []).enumerated().map { (String($0.offset), $0.element) }
    return children.flatMap { key, child in [path + [key]] + paths(child, path + [key]) }
  }

  private static func without(_ path: ArraySlice<String>, _ node: DocumentNode) -> DocumentNode {
    guard let step = path.first else { return node }
    let rest = path.dropFirst()
    var node = node
    if node.entries != nil {
      guard let child = node[step] else { return node }
      node[step] = rest.isEmpty ? DocumentNode?.none : without(rest, child)
    } else if var items = node.items, let place = Int(step), items.indices.contains(place) {
      if rest.isEmpty { items.remove(at: place) } else { items[place] = without(rest, items[place]) }
      node = DocumentNode(.list(items))
    }
    return node
  }
}
