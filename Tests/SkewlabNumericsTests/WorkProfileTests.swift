import SkewlabNumerics
import Testing

@Suite struct WorkProfileTests {
  /// Keeps the processor busy for so many seconds.
  private func spin(_ seconds: Double) {
    let start = ContinuousClock.now
    while start.duration(to: .now) < .seconds(seconds) {}
  }

  @Test func `time counts as the work that is under way, and as nothing else`() {
    var profile = WorkProfile()
    let start = ContinuousClock.now
    profile.measure(.writing) {
      spin(0.01)
      let before = Work.fit.begin()
      spin(0.02)
      before.begin()
      spin(0.01)
    }
    let elapsed = start.duration(to: .now) / .seconds(1)
    #expect(profile.seconds(.writing) >= 0.02 && profile.seconds(.fit) >= 0.02)
    #expect(profile.total <= elapsed && profile.seconds(.writing) + profile.seconds(.fit) == profile.total)
  }

  @Test func `drawing counts as random numbers wherever it happens`() {
    var profile = WorkProfile()
    let total = profile.measure(.world) {
      RandomStream(seed: 1, name: "profile").normals(count: 100_000, at: .init(replicate: 0, cycle: 0)).reduce(0, +)
    }
    #expect(profile.seconds(.randomNumbers) > 0 && profile.seconds(.world) > 0 && total.isFinite)
  }

  @Test func `a thread that is not profiled counts nothing, and threads add up`() {
    #expect(Work.fit.begin() == .fit)
    var one = WorkProfile(), two = WorkProfile()
    one.measure { spin(0.005) }
    two.measure(.metrics) { spin(0.005) }
    let alone = one.total
    one.merge(two)
    #expect(one.seconds(.metrics) == two.total && one.seconds(.other) == alone)
  }
}
