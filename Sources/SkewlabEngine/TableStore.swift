internal import Synchronization

/// The files that scenarios read, parsed once and shared by every arm and run of an experiment.
public final class TableStore: Sendable {
  private let parsed = Mutex<[String: any Sendable]>([:])
  private let willRead: @Sendable (String) -> Void

  /// An empty store.
  ///
  /// - Parameter willRead: Told of every file before it is read.
  public init(willRead: @escaping @Sendable (String) -> Void = { _ in }) { self.willRead = willRead }

  /// The paths read so far, sorted.
  public var paths: [String] { parsed.withLock { $0.keys.sorted() } }

  /// The parsed form of a file: made by `parse` the first time, the same value after.
  public func value<Value: Sendable>(of path: String, parse: (String) throws(ScenarioError) -> Value) throws(ScenarioError) -> Value {
    if let value = parsed.withLock({ $0[path] }) as? Value { return value }
    willRead(path)
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
