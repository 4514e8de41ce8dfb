internal import Dispatch

/// Permits that threads take and return; who finds none waits. Unlike queues, it needs no thread.
package struct Semaphore: Sendable {
  private let permits: DispatchSemaphore

  /// A semaphore with so many permits.
  package init(_ count: Int) {
    permits = DispatchSemaphore(value: 0)
    for _ in 0..<count { permits.signal() }
  }

  /// Takes a permit, and waits for one.
  package func wait() { permits.wait() }

  /// Returns a permit.
  package func signal() { permits.signal() }
}
