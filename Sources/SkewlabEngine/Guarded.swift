internal import Synchronization

/// A value that threads reach one at a time: a `Mutex` that the thread sanitizer can follow.
///
/// A thread that has to wait for a `Mutex` takes it within the standard library, which is not built with the sanitizer, so that what is handed over under the lock would be reported as a race. The two atomic operations here tell it the
/// order.
package struct Guarded<Value>: ~Copyable, Sendable {
  private let value: Mutex<Value>
  private let turns = Atomic<Int>(0)

  package init(_ value: consuming sending Value) { self.value = Mutex(value) }

  /// What a function makes of the value while no other thread has it.
  package borrowing func withLock<Result, Failure: Error>(
    _ body: (inout sending Value) throws(Failure) -> sending Result
  ) throws(Failure) -> sending Result {
    try value.withLock { value throws(Failure) in
      _ = turns.load(ordering: .acquiring)
      defer { turns.add(1, ordering: .releasing) }
      return try body(&value)
    }
  }
}
