import SkewlabComponents
import SkewlabEngine
import SkewlabNumerics
import Testing

/// The hash's variants against Tests/Reference/hash_variants.py, which agrees with mmh3 5.3.1 on the plain one.
@Suite struct HashVariantTests {
  /// Text, seed, MurmurHash3_x86_32, without its tail, with a signed tail.
  static let figures: [(text: String, seed: Int, hashes: [UInt32])] = [
    ("a", 0, [1_009_084_850, 1_364_076_727, 1_009_084_850]), ("a", 7, [3_990_715_943, 1_558_924_552, 3_990_715_943]),
    ("shop", 0, [3_145_125_624, 3_145_125_624, 3_145_125_624]), ("North", 7, [2_197_586_686, 322_572_864, 2_197_586_686]),
    ("Zürich", 0, [694_770_001, 3_274_386_434, 694_770_001]), ("東京", 0, [2_529_104_194, 567_407_581, 3_688_104_799]),
    ("東京", 7, [3_807_856_053, 3_937_532_302, 3_502_403_004]), ("é", 0, [269_551_495, 821_347_078, 3_827_554_646]),
    ("é", 7, [312_290_774, 3_423_425_485, 2_333_247_365]),
  ]

  @Test(arguments: ["murmur3", "murmur3-without-tail", "murmur3-signed-tail"].enumerated().map { ($0, $1) })
  func `a level is in the bucket of its hash`(place: Int, function: String) throws {
    for (text, seed, hashes) in Self.figures {
      let buckets = 4096
      let step: DocumentNode = [
        "kind": "hash", "features": ["a"], "buckets": .integer(buckets), "seed": .integer(seed), "function": .string(function),
      ]
      let transform = try TableFile("a,y\n\(text),1\nother,2\n").scenario([:], ("pipeline", [step])).pipeline.steps[0]
      let schema = Schema([.init("a", .categorical(levels: [text, "other"]))])
      let pipeline = try Pipeline([transform], input: schema, paths: []).fit(
        Matrix(rows: 2, columns: 1, elements: [0, 1]), weights: [1, 1])
      var buffers = pipeline.makeBuffers(capacity: 1)
      let row = pipeline.encode(Matrix(rows: 1, columns: 1, elements: [0]), rows: 1, buffers: &buffers)
      let expected = Int(Int32(bitPattern: hashes[place]).magnitude) % buckets
      #expect((0..<buckets).filter { row[0, $0] != 0 } == [expected], "\(text), seed \(seed)")
    }
  }

  @Test func `a variant of the function keeps the step's seed, and the other way round`() throws {
    let table = try TableFile("a,y\nNorth,1\nshop,2\n東京,4\né,5\n")
    func records(_ variant: [(String, DocumentNode)]) throws -> [CycleRecord] {
      var node: DocumentNode = ["kind": "hash-variant"]
      for (key, value) in variant { node[key] = value }
      let step: DocumentNode = ["kind": "hash", "buckets": 64, "seed": 7, "function": "murmur3-signed-tail"]
      var simulation = Simulation(
        try table.scenario([:], ("pipeline", [step]), ("discrepancies", [node]), ("rows", 40), ("metrics", ["loss", "parity"])))
      return simulation.run()
    }
    let function: (String, DocumentNode) = ("function", "murmur3-without-tail"), seed: (String, DocumentNode) = ("seed", 0)
    #expect(try records([function]) == records([function, ("seed", 7)]))
    #expect(try records([function]) != records([function, ("seed", 1)]))
    #expect(try records([seed]) == records([seed, ("function", "murmur3-signed-tail")]))
    #expect(try records([]) == records([("seed", 1)]))
  }
}
