internal import Synchronization

/// A count that several threads raise.
final class Counter: Sendable {
  private let count = Atomic<Int>(0)

  /// The count now.
  var value: Int { count.load(ordering: .relaxed) }

  /// Raises it by one, and gives the new count.
  @discardableResult
  func increment() -> Int { count.wrappingAdd(1, ordering: .relaxed).newValue }
}
