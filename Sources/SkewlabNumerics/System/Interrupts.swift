internal import CSkewlabKernels

/// Ctrl-C, a polite kill, and a terminal that is closed, noticed without a thread of their own.
package enum Interrupts {
  /// Notes the first signal from now on. A second one prints a line to standard error and ends the
  /// process with status 130.
  package static func watch(again line: String) { unsafe skewlab_watch_interrupts(line + "\n") }

  /// Whether a signal has come.
  package static var hasCome: Bool { skewlab_is_interrupted() != 0 }
}
