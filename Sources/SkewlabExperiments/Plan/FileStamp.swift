#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// What tells, without reading a file, that it has changed.
struct FileStamp: Sendable, Hashable {
  private let size: Int?
  private let modified: Date?

  /// Whether there is a file.
  var exists: Bool { size != nil }

  init(_ path: String) {
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    size = attributes?[.size] as? Int
    modified = attributes?[.modificationDate] as? Date
  }
}
