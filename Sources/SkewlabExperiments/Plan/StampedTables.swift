internal import SkewlabEngine

/// The tables that the arms of an experiment share, with what each file was like just before it was read.
struct StampedTables: Sendable {
  private final class Stamps: Sendable {
    let known = Guarded<[String: FileStamp]>([:])
  }

  let store: TableStore
  private let known: Stamps

  init() {
    let known = Stamps()
    self.known = known
    store = TableStore { path in known.known.withLock { $0[path] = FileStamp(path) } }
  }

  /// What the files were like.
  var stamps: [String: FileStamp] { known.known.withLock { $0 } }
}
