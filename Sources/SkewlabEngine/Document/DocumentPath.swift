/// The way to a value of a document: keys of maps, and indices or ids of list items, joined by dots (`feedback.0.strength`).
public struct DocumentPath: Sendable, Hashable, CustomStringConvertible {
  /// The steps from the root.
  public var steps: [String]

  /// A path of these steps; none is the whole document.
  public init(_ steps: [String] = []) { self.steps = steps }

  /// Reads `a.b.0.c`. A step may not be empty.
  public init?(parsing text: String) {
    let steps = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard !steps.contains("") else { return nil }
    self.steps = steps
  }

  /// The path one step further.
  public func appending(_ step: String) -> DocumentPath { DocumentPath(steps + [step]) }

  /// The path one item further.
  public func appending(_ index: Int) -> DocumentPath { appending(String(index)) }

  /// The steps joined by dots.
  public var description: String { steps.joined(separator: ".") }
}

extension Problem.Reason {
  /// Text that ``DocumentPath/init(parsing:)`` does not read.
  public static func notAPath(_ text: String) -> Self {
    .conflict(
      "'\(text)' is not a path", advice: "join keys, and places or ids in lists, with single dots, as in `feedback.0.strength`")
  }
}

extension DocumentNode {
  /// The index of the list item that a step of a path names: by position from 0, by `id`, or by `kind` where that is unique.
  func itemIndex(_ step: String) -> Int? {
    guard let items else { return nil }
    if let index = Int(step) { return items.indices.contains(index) ? index : nil }
    if let index = items.firstIndex(where: { $0["id"]?.text == step || $0["name"]?.text == step }) { return index }
    let sameKind = items.indices.filter { items[$0]["kind"]?.text == step || items[$0].text == step }
    return sameKind.count == 1 ? sameKind[0] : nil
  }

  /// Where the value at a path stands, or else the nearest value around it that has a place.
  func location(nearest path: DocumentPath) -> SourceLocation? {
    for length in stride(from: path.steps.count, through: 0, by: -1) {
      if let location = node(at: DocumentPath(Array(path.steps.prefix(length))))?.location { return location }
    }
    return nil
  }

  /// The node at a path; `nil` where there is none.
  public func node(at path: DocumentPath) -> DocumentNode? {
    var node = self
    for step in path.steps {
      if let next = node[step] {
        node = next
      } else if let index = node.itemIndex(step), let items = node.items {
        node = items[index]
      } else {
        return nil
      }
    }
    return node
  }
}
