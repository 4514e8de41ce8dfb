/// What is wrong with a scenario, a table or a patch: one or more problems, each with its place.
///
/// The error carries data; ``Problem/message`` makes the prose, in one place.
public struct ScenarioError: Error, Sendable, Hashable, CustomStringConvertible {
  /// Every problem found, in reading order; never empty.
  public var problems: [Problem]

  /// One or more problems.
  public init(_ problems: [Problem]) {
    precondition(!problems.isEmpty, "an error needs a problem")
    self.problems = problems
  }

  /// One problem at a path of the document.
  public init(_ reason: Problem.Reason, path: DocumentPath = DocumentPath(), location: SourceLocation? = nil) {
    self.init([Problem(reason, path: path, location: location)])
  }

  /// The same, with a place for problems that have none.
  func located(at location: SourceLocation?) -> ScenarioError {
    ScenarioError(problems.map { Problem($0.reason, path: $0.path, location: $0.location ?? location) })
  }

  /// The same, with the place in a document of problems that have none: that of their path, or of the nearest value around it.
  public func located(in root: DocumentNode) -> ScenarioError {
    ScenarioError(
      problems.map { Problem($0.reason, path: $0.path, location: $0.location ?? root.location(nearest: $0.path)) })
  }

  /// The messages, one a line.
  public var description: String { problems.map(\.message).joined(separator: "\n") }
}

/// One thing that is wrong, and where.
public struct Problem: Sendable, Hashable {
  /// What is wrong.
  public enum Reason: Sendable, Hashable {
    /// A key that means nothing here.
    case unknownKey(String, allowed: [String])
    /// A kind that the role does not have.
    case unknownKind(String, role: String, allowed: [String])
    /// A required key that is not given.
    case missingKey(String, type: String)
    /// A value of another type.
    case wrongType(expected: String, found: DocumentNode)
    /// A value outside its range.
    case outOfRange(DocumentNode, allowed: String)
    /// A word that is none of the words allowed.
    case notAllowed(String, allowed: [String])
    /// A name that has to be unique and is not.
    case duplicate(String, String)
    /// A path of a patch that leads nowhere: the step that is missing, and what is there.
    case noSuchPath(String, missing: String, known: [String])
    /// A name, such as a feature's, that is none of those present.
    case unknownName(String, what: String, known: [String])
    /// A file or its text that cannot be used: the file's own place and what is wrong there.
    case unreadable(String, why: String)
    /// Parts that do not go together, and what to do about it.
    case conflict(String, advice: String)
  }

  /// What is wrong.
  public var reason: Reason
  /// Which value, as a path of the document.
  public var path: DocumentPath
  /// Where it stands in the source.
  public var location: SourceLocation?

  /// A problem at a place.
  public init(_ reason: Reason, path: DocumentPath, location: SourceLocation?) {
    self.reason = reason
    self.path = path
    self.location = location
  }
}
