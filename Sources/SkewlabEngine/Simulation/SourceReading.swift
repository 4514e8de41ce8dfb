package import SkewlabNumerics

/// The raw rows as one side reads them: changed by its source discrepancies, one after another.
///
/// One that reads a second row beside each row gets it as ``OtherRowDiscrepancy`` says.
package struct SourceReading {
  /// Gives the raw features of some rows of a cycle.
  package typealias Source = (Range<Int>, RandomStream.Position, inout Rows) -> Void

  private let sources: [any SourceDiscrepancy]
  private let rowsPerCycle: Int
  /// The number of the last row there is; `nil` where rows never end.
  private let last: Int?
  private let raw: Source

  /// The reading of a side with these discrepancies.
  package init(_ sources: [any SourceDiscrepancy], of scenario: Scenario, raw: @escaping Source) {
    self.sources = sources
    self.raw = raw
    rowsPerCycle = scenario.rows
    last = scenario.world.component.cyclesAvailable(rows: scenario.rows).map { $0 * scenario.rows - 1 }
  }

  /// Changes the raw features of a block.
  package func alter(_ rows: inout Rows) { alter(&rows, sources[...]) }

  private func alter(_ rows: inout Rows, _ sources: ArraySlice<any SourceDiscrepancy>) {
    for (index, source) in zip(sources.indices, sources) {
      if let source = source as? any OtherRowDiscrepancy {
        source.alter(&rows, others: others(than: rows, back: source.rowsBack, sources[..<index]))
      } else {
        source.alter(&rows)
      }
    }
  }

  /// The row so many rows before each row, as these discrepancies leave it.
  private func others(than rows: Rows, back: Int, _ sources: ArraySlice<any SourceDiscrepancy>) -> Rows {
    var others = rows
    let first = Int(rows.position.cycle) * rowsPerCycle + rows.range.lowerBound - back
    var done = 0
    while done < rows.count {
      let wanted = first + done, left = rows.count - done
      let number = min(max(wanted, 0), last ?? .max)
      // Rows of one cycle in a row; or one row, again and again, for those that would stand before the first or after the last.
      let copies = wanted == number ? 1 : wanted < 0 ? min(left, -wanted) : left
      let start = number % rowsPerCycle
      let count = wanted == number ? min(left, rowsPerCycle - start, last.map { $0 - number + 1 } ?? left) : 1
      var piece = Rows(schema: rows.schema, capacity: count, hasIdentities: !rows.identities.isEmpty)
      raw(start..<start + count, RandomStream.Position(replicate: Int(rows.position.replicate), cycle: number / rowsPerCycle), &piece)
      alter(&piece, sources)
      for j in 0..<rows.schema.count {
        piece.features.withColumn(j) { source in
          others.features.withMutableColumn(j, rows: done..<done + count * copies) { target in
            for i in target.indices { target[i] = source[copies == 1 ? i : 0] }
          }
        }
      }
      done += count * copies
    }
    return others
  }
}

extension Rows {
  /// Takes over the features of some rows of a whole cycle.
  mutating func copy(_ range: Range<Int>, of cycle: Rows) {
    position = cycle.position
    self.range = range
    for j in 0..<schema.count {
      cycle.features.withColumn(j, rows: range) { source in
        features.withMutableColumn(j, rows: 0..<range.count) { target in
          for i in target.indices { target[i] = source[i] }
        }
      }
    }
    if !identities.isEmpty { for (k, i) in range.enumerated() { identities[k] = cycle.identities[i] } }
  }
}
