/// Times with a number each, the earliest first: a binary heap.
struct EventHeap: Sendable {
  private(set) var times: [Double] = []
  private(set) var numbers: [Int] = []

  var count: Int { times.count }
  /// The earliest time.
  var first: Double? { times.first }

  mutating func removeAll() {
    times.removeAll(keepingCapacity: true)
    numbers.removeAll(keepingCapacity: true)
  }

  /// Moves every time by as much.
  mutating func shift(by difference: Double) { for i in times.indices { times[i] += difference } }

  mutating func insert(_ time: Double, _ number: Int) {
    times.append(time)
    numbers.append(number)
    var i = times.count - 1
    while i > 0, case let parent = (i - 1) / 2, times[parent] > time {
      times[i] = times[parent]
      numbers[i] = numbers[parent]
      i = parent
    }
    times[i] = time
    numbers[i] = number
  }

  /// Removes the earliest and gives its number.
  mutating func removeFirst() -> Int {
    let number = numbers[0]
    let lastTime = times.removeLast(), lastNumber = numbers.removeLast()
    if !times.isEmpty { replaceFirst(lastTime, lastNumber) }
    return number
  }

  /// Puts another in the place of the earliest.
  mutating func replaceFirst(_ time: Double, _ number: Int) {
    let count = times.count
    var i = 0
    while case let left = 2 * i + 1, left < count {
      let child = left + 1 < count && times[left + 1] < times[left] ? left + 1 : left
      guard times[child] < time else { break }
      times[i] = times[child]
      numbers[i] = numbers[child]
      i = child
    }
    times[i] = time
    numbers[i] = number
  }
}
