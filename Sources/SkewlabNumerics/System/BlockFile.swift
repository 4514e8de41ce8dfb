#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// A file that is read block by block.
package final class BlockFile {
  private let descriptor: Int32

  /// Opens a file; `nil` where the system refuses.
  package init?(path: String) {
    descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    if descriptor < 0 { return nil }
  }

  deinit { close(descriptor) }

  /// Reads the next bytes, at most `count` of them, to `bytes[start...]`.
  ///
  /// - Returns: How many there were, 0 at the end of the file; `nil` where the system cannot read.
  package func read(into bytes: inout [UInt8], from start: Int, count: Int) -> Int? {
    precondition(start >= 0 && count >= 0 && start + count <= bytes.count, "room for the bytes")
    let file = descriptor
    return unsafe bytes.withUnsafeMutableBytes { buffer in
      guard let base = buffer.baseAddress else { return 0 }
      while true {
        #if canImport(Glibc)
          let result = unsafe Glibc.read(file, base + start, count)
        #else
          let result = unsafe Darwin.read(file, base + start, count)
        #endif
        if result >= 0 { return result }
        if errno != EINTR { return nil }
      }
    }
  }
}
