import SkewlabExperiments
import Testing

@Suite struct KernelChoiceTests {
  let slow = KernelTimes(kernel: "Zen", seconds: [4, 2, 1])

  @Test func `a gain is the geometric mean over the tasks`() {
    // Ratios 2, 4 and 1: the cube root of 8. Three logarithms and an exponential, each right to 2 units in the last place.
    let tolerance = 8 * 2 * 2.0.ulp
    #expect(abs(KernelTimes(kernel: "SkylakeX", seconds: [2, 0.5, 1]).gain(over: slow) - 2) < tolerance)
  }

  @Test func `the best kernel is proposed where it gains a tenth`() {
    func times(_ kernel: String, _ factor: Double) -> KernelTimes { KernelTimes(kernel: kernel, seconds: slow.seconds.map { $0 * factor }) }
    #expect(KernelChoice(current: slow, others: [times("Haswell", 0.8), times("SkylakeX", 0.5)]).better?.kernel == "SkylakeX")
    #expect(KernelChoice(current: slow, others: [times("Haswell", 0.92), times("SkylakeX", 1.5)]).better == nil)
    #expect(KernelChoice(current: slow, others: []).better == nil)
  }

  @Test func `the shorter of two times counts`() {
    #expect(slow.merged(KernelTimes(kernel: "Zen", seconds: [3, 5, 1])).seconds == [3, 2, 1])
  }

  @Test func `what a child says is read, and nothing else`() {
    #expect(KernelTimes(text: slow.text + "\n") == slow)
    for text in ["", "Zen", "Zen 1 2", "Zen 1 2 x", "Zen 1 2 3 4", "Zen 1 2 0", "Zen 1 2 nan"] {
      #expect(KernelTimes(text: text) == nil, "\(text)")
    }
  }
}
