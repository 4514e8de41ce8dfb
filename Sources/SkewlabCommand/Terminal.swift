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
  /// Whether the terminal reads escape sequences.
  static let hasEscapes = ProcessInfo.processInfo.environment["TERM"] != "dumb"
  /// https://no-color.org
  static let hasColor = isOutputTerminal && hasEscapes && (ProcessInfo.processInfo.environment["NO_COLOR"] ?? "").isEmpty

  /// Prints a line of results, its beginning bold. A reader that is gone (`| head`) ends the output, not the run; output that cannot be kept ends the process.
  static func output(bold heading: String = "", _ text: String = "") {
    let text = bold(cleaned(heading)) + cleaned(text)
    do { _ = try FileDescriptor.standardOutput.writeAll((text + "\n").utf8) } catch {
      let reason = error as? Errno
      if reason == .brokenPipe { return }
      let why =
        switch reason {
        case .noSpace: "the disk is full; free some space and run again"
        case .badFileDescriptor: "it is closed; open it, or print nothing with --quiet"
        default: "\(error)"
        }
      Self.error("error: standard output: \(why)")
      exit(74)
    }
  }

  /// Prints a line of messages.
  static func error(_ text: String) { _ = try? FileDescriptor.standardError.writeAll((cleaned(text) + "\n").utf8) }

  /// Overwrites the last line of the terminal's standard error.
  static func status(_ text: String) { _ = try? FileDescriptor.standardError.writeAll("\r\u{1B}[2K\(cleaned(text))".utf8) }

  /// Text as a terminal may show it: control characters, which names out of files may hold, are
  /// written as in a string of Swift. Lines and tabs stay.
  private static func cleaned(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isControl) else { return text }
    return text.unicodeScalars.map { isControl($0) ? "\\u{\(String($0.value, radix: 16))}" : String($0) }.joined()
  }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.generalCategory == .control && scalar != "\n" && scalar != "\t"
  }

  /// Bold, where colours are wanted.
  private static func bold(_ text: String) -> String { hasColor && !text.isEmpty ? "\u{1B}[1m\(text)\u{1B}[0m" : text }
}
