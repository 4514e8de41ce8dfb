internal import SystemPackage

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif
#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// The three streams: results on standard output, messages on standard error.
enum Terminal {
  static let isErrorTerminal = isatty(2) != 0
  static let isOutputTerminal = isatty(1) != 0
  /// https://no-color.org
  static let hasColor = isOutputTerminal && (ProcessInfo.processInfo.environment["NO_COLOR"] ?? "").isEmpty

  /// Prints a line of results. A reader that is gone (`| head`) ends the output, not the run; output that cannot be kept ends the process.
  static func output(_ text: String) {
    do { _ = try FileDescriptor.standardOutput.writeAll((text + "\n").utf8) } catch {
      let reason = error as? Errno
      if reason == .brokenPipe { return }
      Self.error("error: standard output: \(reason == .noSpace ? "the disk is full; free some space and run again" : "\(error)")")
      exit(74)
    }
  }

  /// Prints a line of messages.
  static func error(_ text: String) { _ = try? FileDescriptor.standardError.writeAll((text + "\n").utf8) }

  /// Overwrites the last line of the terminal's standard error.
  static func status(_ text: String) { _ = try? FileDescriptor.standardError.writeAll("\r\u{1B}[2K\(text)".utf8) }

  /// Bold, where colours are wanted.
  static func bold(_ text: String) -> String { hasColor ? "\u{1B}[1m\(text)\u{1B}[0m" : text }
}
