internal import Synchronization

/// A count that several threads change.
final class Counter: Sendable {
  private let count = Atomic<Int>(0)

  /// The count now.
  var value: Int { count.load(ordering: .relaxed) }

  /// Raises it, and gives the new count.
  @discardableResult
  func add(_ difference: Int) -> Int { count.wrappingAdd(difference, ordering: .relaxed).newValue }
}
