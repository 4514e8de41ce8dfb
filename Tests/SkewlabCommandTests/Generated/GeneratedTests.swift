import Foundation
import Testing

/// Scenarios and tables by generators: each is refused with a place, or runs to results that are whole, finite, and the same for any number of jobs.
///
/// `SKEWLAB_GENERATED` is how many scenarios there are, `SKEWLAB_GENERATED_FROM` the index of the first, `SKEWLAB_GENERATED_TABLES` how many tables.
@Suite struct GeneratedTests {
  private static let seed: UInt64 = 20_261_127
  private static let lanes = 2, batchSize = 250
  /// Shrinking takes some seconds each.
  private static let shrunk = 6

  private static func number(_ name: String, unlessGiven: Int) -> Int {
    ProcessInfo.processInfo.environment[name].flatMap { Int($0) } ?? unlessGiven
  }

  @Test func `5,000 generated scenarios are refused with a place, or run to whole and finite results`() async throws {
    let first = Self.number("SKEWLAB_GENERATED_FROM", unlessGiven: 0), count = Self.number("SKEWLAB_GENERATED", unlessGiven: 5000)
    let counts = try await Self.run(.scenarios, first..<(first + count))
    let ran = counts[.ran, default: 0]
    #expect(ran * 2 >= count, "only \(ran) of \(count) ran: \(counts)")
    report("generated scenarios: \(count)")
    report("generated scenarios run: \(ran)")
  }

  @Test func `10,000 mutated tables are refused with a place, or run to whole and finite results`() async throws {
    let first = Self.number("SKEWLAB_GENERATED_FROM", unlessGiven: 0), count = Self.number("SKEWLAB_GENERATED_TABLES", unlessGiven: 10_000)
    let counts = try await Self.run(.tables, first..<(first + count))
    #expect(counts[.ran, default: 0] * 4 >= count && counts[.refused, default: 0] * 5 >= count, "\(counts)")
    report("mutated tables: \(count)")
  }

  /// Does trials in lanes side by side, and records those that fail.
  private static func run(_ source: Trial.Source, _ indices: Range<Int>) async throws -> [Trial.Outcome: Int] {
    try await withThrowingTaskGroup(of: TrialBatch.self) { group in
      for lane in 0..<lanes {
        group.addTask {
          var batch = try TrialBatch(source, seed: seed)
          for start in stride(from: indices.lowerBound + lane * batchSize, to: indices.upperBound, by: lanes * batchSize) {
            try await batch.run(start..<min(start + batchSize, indices.upperBound))
          }
          return batch
        }
      }
      var counts: [Trial.Outcome: Int] = [:]
      for try await batch in group {
        counts.merge(batch.counts, uniquingKeysWith: +)
        for (place, failure) in batch.failures.enumerated() {
          try await record(failure, of: batch, isShrunk: place < shrunk && failure.reason != TrialBatch.tooSlow)
        }
        batch.remove()
      }
      return counts
    }
  }

  private static func record(_ failure: TrialBatch.Failure, of batch: TrialBatch, isShrunk: Bool) async throws {
    let smaller = SmallerScenario(batch: batch, failure: failure)
    let scenario = isShrunk ? try await smaller.shrink() : failure.scenario
    Issue.record(
      "\(batch.source) \(failure.index): \(failure.reason)\n\(scenario)\(String(decoding: failure.table.prefix(2000), as: UTF8.self))")
  }
}
