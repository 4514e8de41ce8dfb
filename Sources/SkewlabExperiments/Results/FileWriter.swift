internal import SystemPackage

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// A file that is written piece by piece under a temporary name, and gets its own when it is complete.
struct FileWriter: ~Copyable {
  private let target: String
  private let temporary: String
  private let descriptor: FileDescriptor
  private var pending: [UInt8] = []
  private var isOpen = true

  init(folder: ResultsFolder, name: String) throws(ResultsError) {
    target = folder.path + "/" + name
    temporary = target + ".writing"
    do {
      descriptor = try FileDescriptor.open(
        FilePath(temporary), .writeOnly, options: [.create, .truncate], permissions: [.ownerReadWrite, .groupRead, .otherRead])
    } catch {
      throw Self.failure(target, error)
    }
  }

  mutating func append(_ text: String) throws(ResultsError) {
    pending += text.utf8
    if pending.count > 1 << 20 { try flush() }
  }

  private mutating func flush() throws(ResultsError) {
    do { _ = try descriptor.writeAll(pending) } catch {
      abandon()
      throw Self.failure(target, error)
    }
    pending.removeAll(keepingCapacity: true)
  }

  /// Writes what is left, and gives the file its name.
  mutating func close() throws(ResultsError) {
    try flush()
    isOpen = false
    do {
      try descriptor.close()
      if FileManager.default.fileExists(atPath: target) { try FileManager.default.removeItem(atPath: target) }
      try FileManager.default.moveItem(atPath: temporary, toPath: target)
    } catch {
      try? FileManager.default.removeItem(atPath: temporary)
      throw Self.failure(target, error)
    }
  }

  private mutating func abandon() {
    isOpen = false
    try? descriptor.close()
    try? FileManager.default.removeItem(atPath: temporary)
  }

  private static func failure(_ path: String, _ error: any Error) -> ResultsError {
    let reason =
      switch error as? Errno {
      case .noSpace, .diskQuotaExceeded: "the disk is full; free some space and go on with --resume"
      case .permissionDenied, .notPermitted, .readOnlyFileSystem:
        "it cannot be written; check the folder's permissions or choose another with --out"
      case .isDirectory: "a folder is in the way; remove it or choose another place with --out"
      case .some(let errno): "it cannot be written: \(errno)"
      case nil: "it cannot be given its name: \(error)"
      }
    return ResultsError(path: path, reason: reason)
  }

  deinit {
    guard isOpen else { return }
    try? descriptor.close()
    try? FileManager.default.removeItem(atPath: temporary)
  }
}
