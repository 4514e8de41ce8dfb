/// What scenarios read of files, read once and shared by every arm and run of an experiment.
public final class TableStore: Sendable {
  private let known = Guarded<[String: [(request: any Sendable, value: any Sendable)]]>([:])
  private let willRead: @Sendable (String) -> Void

  /// An empty store.
  ///
  /// - Parameter willRead: Told of every file before it is read for the first time.
  public init(willRead: @escaping @Sendable (String) -> Void = { _ in }) { self.willRead = willRead }

  /// The paths read so far, sorted.
  public var paths: [String] { known.withLock { $0.keys.sorted() } }

  /// What a request gives of a file: made by `read` the first time, the same value after.
  public func value<Request: Equatable & Sendable, Value: Sendable>(
    of path: String, for request: Request, read: () throws(ScenarioError) -> Value
  ) throws(ScenarioError) -> Value {
    let earlier = known.withLock { $0[path] }
    if let value = earlier?.first(where: { $0.request as? Request == request })?.value as? Value { return value }
    if earlier == nil { willRead(path) }
    let value = try read()
    known.withLock { $0[path, default: []].append((request, value)) }
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
