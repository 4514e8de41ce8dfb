internal import Synchronization

/// The files that scenarios read, parsed once and shared by every arm and run of an experiment.
public final class TableStore: Sendable {
  private let parsed = Mutex<[String: any Sendable]>([:])

  /// An empty store.
  public init() {}

  /// The paths read so far, sorted.
  public var paths: [String] { parsed.withLock { $0.keys.sorted() } }

  /// The parsed form of a file: made by `parse` the first time, the same value after.
  public func value<Value: Sendable>(of path: String, parse: (String) throws(ScenarioError) -> Value) throws(ScenarioError) -> Value {
    if let value = parsed.withLock({ $0[path] }) as? Value { return value }
    let value = try parse(path)
    parsed.withLock { $0[path] = value }
    return value
  }
}

extension ConstructionContext {
  /// A path of the scenario, relative to its folder unless absolute.
  public func resolve(_ path: String) -> String {
    guard !path.hasPrefix("/"), let folder, !folder.isEmpty, folder != "." else { return path }
    return folder + "/" + path
  }
}
