internal import SystemPackage

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif
#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// A file that is written piece by piece under a temporary name, beside its own. Deleted unless it is given its name.
final class FileWriter {
  let target: String
  private let temporary: String
  private let descriptor: FileDescriptor
  private var pending: [UInt8] = []
  private var isOpen = true
  private var hasName = false

  /// What a file is called while it is written.
  static func temporaryName(of name: String) -> String { name + ".writing" }

  init(_ target: String) throws(ResultsError) {
    self.target = target
    temporary = Self.temporaryName(of: target)
    do {
      descriptor = try FileDescriptor.open(
        FilePath(temporary), .writeOnly, options: [.create, .truncate], permissions: [.ownerReadWrite, .groupRead, .otherRead])
    } catch {
      throw ResultsError(path: target, error)
    }
  }

  func append(_ text: String) throws(ResultsError) { try append(text.utf8) }

  func append(_ text: CSVText) throws(ResultsError) { try append(text.bytes) }

  private func append(_ bytes: some Collection<UInt8>) throws(ResultsError) {
    pending += bytes
    if pending.count > 1 << 20 { try flush() }
  }

  /// Writes what is left, and with `isDurable` waits until the disk has it; the file then has everything but its name.
  func finish(isDurable: Bool) throws(ResultsError) {
    try flush()
    if isDurable { try waitForDisk(descriptor, path: target) }
    isOpen = false
    do { try descriptor.close() } catch { throw ResultsError(path: target, error) }
  }

  /// Gives a finished file its name, which no other file may have.
  func giveName() throws(ResultsError) {
    do { try FileManager.default.moveItem(atPath: temporary, toPath: target) } catch { throw ResultsError(path: target, error) }
    hasName = true
  }

  private func flush() throws(ResultsError) {
    do { _ = try descriptor.writeAll(pending) } catch { throw ResultsError(path: target, error) }
    pending.removeAll(keepingCapacity: true)
  }

  deinit {
    if isOpen { try? descriptor.close() }
    if !hasName { try? FileManager.default.removeItem(atPath: temporary) }
  }
}

/// Waits until the disk has what was written; file systems that cannot say so are believed.
func waitForDisk(_ descriptor: FileDescriptor, path: String) throws(ResultsError) {
  guard fsync(descriptor.rawValue) != 0 else { return }
  let error = Errno(rawValue: errno)
  if error != .invalidArgument, error != .notSupported { throw ResultsError(path: path, error) }
}

/// Writes a file whole, or not at all: under a temporary name, then renamed. A file of that name has to be gone.
func writeFile(_ text: String, to path: String) throws(ResultsError) {
  let writer = try FileWriter(path)
  try writer.append(text)
  try writer.finish(isDurable: false)
  try writer.giveName()
}
