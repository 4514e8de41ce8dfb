internal import SkewlabEngine
internal import SkewlabNumerics
internal import Synchronization

/// Makes things on several threads, the calling one among them, and hands each over in order, one at a time, on the thread that has it ready.
///
/// So few of them wait for their turn that memory stays flat. Nothing more is begun once something was not made, or something failed; then what waits is not handed over.
///
/// - Parameters:
///   - count: How many things: 0, 1, ….
///   - threads: How many to make at a time.
///   - make: Makes a thing, from any thread; `nil` is for stopping.
///   - deliver: Takes it.
func makeInOrder<Thing: Sendable, Failure: Error>(
  _ count: Int, threads: Int, make: @Sendable (Int) throws(Failure) -> Thing?, deliver: @Sendable (Thing) throws(Failure) -> Void
) throws(Failure) {
  let begun = Atomic<Int>(0)
  let room = Semaphore(4 * threads)
  let queue = Guarded(Queue<Thing, Failure>())
  onThreads(threads) {
    // One after another, those who wait for room see that there is nothing more to do.
    defer { room.signal() }
    while true {
      room.wait()
      let number = begun.wrappingAdd(1, ordering: .relaxed).oldValue
      guard number < count else { return }
      do throws(Failure) {
        guard let thing = try make(number) else { return begun.store(count, ordering: .relaxed) }
        try queue.withLock { queue throws(Failure) in
          queue.waiting[number] = thing
          while queue.failure == nil, let due = queue.waiting.removeValue(forKey: queue.next) {
            try deliver(due)
            queue.next += 1
            room.signal()
          }
        }
      } catch {
        queue.withLock { $0.failure = $0.failure ?? error }
        return begun.store(count, ordering: .relaxed)
      }
    }
  }
  if let failure = queue.withLock({ $0.failure }) { throw failure }
}

/// What is made, and waits for what comes before it.
private struct Queue<Thing: Sendable, Failure: Error>: Sendable {
  var next = 0
  var waiting: [Int: Thing] = [:]
  var failure: Failure?
}
