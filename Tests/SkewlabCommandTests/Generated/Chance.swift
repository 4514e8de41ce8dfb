import SkewlabNumerics

/// Random choices with a state, for generators and mutators: the same seed gives the same choices.
struct Chance {
  private let stream: RandomStream
  private let position: RandomStream.Position
  private var drawn = 0

  /// The choices of one trial. Trials differ by their index, whatever the others have drawn.
  init(seed: UInt64, index: Int = 0) {
    stream = RandomStream(seed: seed, name: "generator")
    position = RandomStream.Position(replicate: index, cycle: 0)
  }

  /// A whole number from 0, below `bound`.
  mutating func below(_ bound: Int) -> Int {
    drawn += 1
    return stream.integer(below: max(1, bound), at: position, row: drawn)
  }

  /// Whether something of this probability, in percent, happens.
  mutating func happens(_ percent: Int) -> Bool { below(100) < percent }

  /// One of several.
  mutating func pick<Choices: RandomAccessCollection<Element>, Element>(_ choices: Choices) -> Element where Choices.Index == Int {
    choices[choices.startIndex + below(choices.count)]
  }
}
