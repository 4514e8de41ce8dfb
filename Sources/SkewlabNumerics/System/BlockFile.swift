#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Why a file cannot be read.
package enum FileProblem: Error, Sendable, Hashable {
  /// This process has as many files open as it may.
  case tooManyOpenFiles
  /// It is a pipe, where a file is needed.
  case pipe
  /// It is a pipe into which nothing was written for so long that nobody will.
  case silentPipe
  /// The system refuses.
  case refused

  /// What is wrong, and the next step.
  package var reason: String {
    switch self {
    case .tooManyOpenFiles: "the file cannot be opened: too many are open; raise the limit (see `ulimit -n`)"
    case .pipe: "this is a pipe, and it has to be read more than once; write it to a file"
    case .silentPipe: "nothing is written to this pipe; write the text to a file"
    case .refused: "the file cannot be read; check its permissions"
    }
  }
}

/// A file that is read block by block.
package final class BlockFile {
  private let descriptor: Int32

  /// How long a pipe may stay silent, in milliseconds.
  private static let patience: Int32 = 1000

  /// Opens a file.
  ///
  /// - Parameter allowsPipe: Whether it may be a pipe, which can be read once.
  package init(path: String, allowsPipe: Bool = false) throws(FileProblem) {
    // Opening a pipe would otherwise wait until somebody writes to it.
    descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    if descriptor < 0 { throw errno == EMFILE || errno == ENFILE ? .tooManyOpenFiles : .refused }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFIFO else { return }
    guard allowsPipe else { throw .pipe }
    var state = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    guard unsafe poll(&state, 1, Self.patience) > 0 else { throw .silentPipe }
    _ = fcntl(descriptor, F_SETFL, 0)
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

  /// The bytes that are left.
  package func rest() throws(FileProblem) -> [UInt8] {
    var bytes: [UInt8] = [], block = Array(repeating: UInt8(0), count: 1 << 16)
    while let count = read(into: &block, from: 0, count: block.count) {
      if count == 0 { return bytes }
      bytes += block[..<count]
    }
    throw .refused
  }
}
