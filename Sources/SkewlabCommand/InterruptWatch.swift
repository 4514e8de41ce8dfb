internal import Dispatch
internal import Synchronization

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Notices Ctrl-C and a polite kill: the first asks the run to stop between cycles; a second one ends the process at once.
struct InterruptWatch {
  /// Whether a signal has come.
  final class Flag: Sendable {
    private let raised = Atomic<Bool>(false)
    var isRaised: Bool { raised.load(ordering: .relaxed) }
    func raise() { raised.store(true, ordering: .relaxed) }
  }

  let flag = Flag()
  private let sources: [any DispatchSourceSignal]

  init() {
    sources = [SIGINT, SIGTERM].map { [flag] number in
      signal(number, SIG_IGN)
      // A serial queue of its own gets a thread of its own; on the global one a signal would wait until a run is done.
      let source = DispatchSource.makeSignalSource(signal: number, queue: DispatchQueue(label: "skewlab.signals", qos: .userInteractive))
      source.setEventHandler {
        // Restoring what the signal does would not end anything: by now it is blocked on every thread.
        if flag.isRaised {
          Terminal.error("error: interrupted again, in the middle of a cycle; runs that are done are kept; go on with --resume")
          _exit(130)
        }
        flag.raise()
      }
      source.resume()
      return source
    }
  }
}
