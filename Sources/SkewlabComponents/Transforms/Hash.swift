public import SkewlabEngine
public import SkewlabNumerics

/// Transform `hash`: a text feature's levels in buckets by their hash.
public struct Hash: Transform {
  /// `hash`.
  public static let kind = "hash"
  /// One line.
  public static let summary = "puts the levels of a text feature into buckets by their hash"
  /// The definition.
  public static let definition = """
    A text feature becomes columns `name=hash0`, `name=hash1`, …, one a bucket, where it stood: 1 in the bucket of its level, 0 elsewhere. With h the 32-bit hash of the level's UTF-8 bytes, read as a signed \
    number, the bucket is |h| modulo `buckets`; with `signed: true` the value is −1 for h < 0 (scikit-learn's FeatureHasher with `alternate_sign`). `murmur3` is \
    MurmurHash3_x86_32 with the seed; `murmur3-without-tail` leaves out the bytes after the last whole four, `murmur3-signed-tail` reads them as signed (both are bugs of ports); `fnv1a` is 32-bit FNV-1a whose offset basis is XORed with the seed. Levels may share a bucket. No level is unseen: nothing is fitted. A missing value gives zeros; an `impute` before fills it.
    """
  /// The source.
  public static let source =
    "Appleby 2011, MurmurHash3 (SMHasher); Fowler, Noll & Vo, RFC 9923; Weinberger et al. 2009, Feature hashing, ICML"
  /// The parameters.
  public static let parameters: [any ParameterDeclaration] = [features, buckets, seed, function, signed]
  static let features = Parameter.features(about: "the text features to hash; all unless given")
  static let buckets = Parameter.integer("buckets", default: 16, in: 1...4096, about: "the number of columns of each feature")
  static let seed = Parameter.integer("seed", default: 0, in: 0...0xffff_ffff, about: "the hash's seed")
  static let function = Parameter<HashFunction>.choice("function", default: .murmur3, about: "the hash")
  static let signed = Parameter.flag("signed", default: false, about: "whether the hash's sign is the value's")

  var features: FeatureSelection
  var buckets: Int
  var seed: UInt32
  var function: HashFunction
  var isSigned: Bool

  /// Reads the parameters.
  public init(_ arguments: Arguments) {
    features = arguments[Self.features]
    buckets = arguments[Self.buckets]
    seed = UInt32(truncatingIfNeeded: arguments[Self.seed])
    function = arguments[Self.function]
    isSigned = arguments[Self.signed]
  }

  /// Each text feature replaced by its buckets, where it stood.
  public func bind(to schema: Schema, at path: DocumentPath) throws(ScenarioError) -> Schema {
    let hashed = Set(try features.indices(.text, in: schema, at: path))
    return Schema(
      schema.columns.enumerated().flatMap { index, column in
        hashed.contains(index) ? (0..<buckets).map { Schema.Column("\(column.name)=hash\($0)") } : [column]
      })
  }

  /// The place and value of each level; nothing to learn.
  public func fit(_ matrix: Matrix, weights: [Double], schema: Schema) -> any FittedTransform {
    let hashed = Set(features.bound(.text, in: schema))
    let blocks = schema.columns.enumerated().map { index, column -> FittedLevels.Block in
      guard hashed.contains(index), case .categorical(let levels) = column.type else { return .copy }
      var tables = Array(repeating: Array(repeating: 0.0, count: levels.count), count: buckets)
      for (code, level) in levels.enumerated() {
        let hash = Int32(bitPattern: function(level, seed: seed))
        tables[Int(hash.magnitude) % buckets][code] = isSigned && hash < 0 ? -1 : 1
      }
      return .tables(tables, other: 0)
    }
    return FittedLevels(input: schema, output: (try? bind(to: schema, at: DocumentPath())) ?? schema, blocks: blocks, state: [])
  }
}
