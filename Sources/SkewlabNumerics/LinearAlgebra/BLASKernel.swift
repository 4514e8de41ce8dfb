/// The kernel families of OpenBLAS that a recent x86-64 CPU may choose between, by the names that `OPENBLAS_CORETYPE` takes.
package enum BLASKernel: String, CaseIterable, Sendable {
  case haswell = "Haswell"
  case zen = "Zen"
  case skylakeX = "SkylakeX"
  case cooperlake = "Cooperlake"
  case sapphireRapids = "SapphireRapids"

  /// The CPU features that its code is compiled for (Makefile.x86_64 of OpenBLAS 0.3.21 to 0.3.30).
  package var needs: Set<String> {
    switch self {
    case .haswell, .zen: ["avx2", "fma", "bmi2"]
    case .skylakeX: Self.haswell.needs.union(["avx512f", "avx512cd", "avx512bw", "avx512dq", "avx512vl"])
    case .cooperlake: Self.skylakeX.needs.union(["avx512vnni", "avx512bf16"])
    case .sapphireRapids: Self.cooperlake.needs.union(["avx512fp16", "avxvnni"])
    }
  }

  /// The kernels that a library may be told to use on a CPU with these features; none where the library cannot be told.
  package static func candidates(for library: BLASInfo, features: Set<String>) -> [BLASKernel] {
    library.choosesKernel ? allCases.filter { $0.needs.isSubset(of: features) && $0.rawValue != library.coreName } : []
  }
}

extension BLASInfo {
  /// Whether it is OpenBLAS.
  package var isOpenBLAS: Bool { configuration.hasPrefix("OpenBLAS") }
  /// Whether it has kernels for several CPUs and chooses when it is loaded.
  package var choosesKernel: Bool { isOpenBLAS && configuration.split(separator: " ").contains("DYNAMIC_ARCH") }
}
