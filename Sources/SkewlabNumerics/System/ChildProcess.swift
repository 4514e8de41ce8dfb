#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// What a shell command prints; `nil` when it cannot be started, fails or crashes.
package func output(ofCommand command: String) -> String? {
  guard let stream = unsafe popen(command, "r") else { return nil }
  var bytes: [UInt8] = []
  while case let byte = unsafe fgetc(stream), byte != EOF { bytes.append(UInt8(truncatingIfNeeded: byte)) }
  return unsafe pclose(stream) == 0 ? String(decoding: bytes, as: UTF8.self) : nil
}
