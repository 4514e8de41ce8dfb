#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Calls a body on this thread and on `count − 1` others, and waits until all are done. If the
/// system creates fewer threads (`ulimit -u`, `ulimit -v`), fewer call it.
///
/// The dispatch library, asked for the same, waits for ever until it gets its threads.
package func onThreads(_ count: Int, _ body: @Sendable () -> Void) {
  withoutActuallyEscaping(body) { body in
    var threads: [pthread_t] = []
    while threads.count + 1 < count, let thread = startedThread(body) { threads.append(thread) }
    body()
    for thread in threads { _ = pthread_join(thread, nil) }
  }
}

/// What a new thread calls.
private final class ThreadBody: Sendable {
  let call: @Sendable () -> Void
  init(_ call: @escaping @Sendable () -> Void) { self.call = call }
}

/// A thread that calls the body; `nil` if the system has none to give.
private func startedThread(_ body: @escaping @Sendable () -> Void) -> pthread_t? {
  let argument = unsafe Unmanaged.passRetained(ThreadBody(body))
  #if canImport(Glibc)
    var thread = pthread_t()
    let status = unsafe pthread_create(
      &thread, nil,
      { argument in
        if let argument = unsafe argument { unsafe Unmanaged<ThreadBody>.fromOpaque(argument).takeRetainedValue().call() }
        return nil
      }, argument.toOpaque())
  #else
    var thread: pthread_t?
    let status = unsafe pthread_create(
      &thread, nil,
      { argument in
        unsafe Unmanaged<ThreadBody>.fromOpaque(argument).takeRetainedValue().call()
        return nil
      }, argument.toOpaque())
  #endif
  if status == 0 { return thread }
  unsafe argument.release()
  return nil
}
