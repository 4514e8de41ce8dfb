import SkewlabNumerics
import Testing

@Suite struct BLASKernelTests {
  static let zen4: Set<String> = [
    "avx2", "fma", "bmi2", "avx512f", "avx512cd", "avx512bw", "avx512dq", "avx512vl", "avx512vnni", "avx512bf16",
  ]

  func library(_ configuration: String = "OpenBLAS 0.3.21 NO_LAPACKE DYNAMIC_ARCH NO_AFFINITY Zen", core: String = "Zen") -> BLASInfo {
    BLASInfo(configuration: configuration, coreName: core, threads: 1)
  }

  @Test func `candidates are what the CPU can run and does not run`() {
    #expect(BLASKernel.candidates(for: library(), features: Self.zen4) == [.haswell, .skylakeX, .cooperlake])
    #expect(BLASKernel.candidates(for: library(core: "Haswell"), features: ["avx2", "fma", "bmi2"]) == [.zen])
    #expect(BLASKernel.candidates(for: library(core: "Prescott"), features: ["fma", "bmi2"]).isEmpty)
    #expect(
      BLASKernel.candidates(for: library(core: "Haswell"), features: Self.zen4.subtracting(["avx512bf16"])) == [.zen, .skylakeX])
    #expect(
      BLASKernel.candidates(for: library(core: "SkylakeX"), features: Self.zen4.union(["avx512fp16", "avxvnni"])).last == .sapphireRapids)
  }

  @Test func `a CPU that lacks anything a kernel needs is never offered it`() {
    for kernel in BLASKernel.allCases {
      let everything = BLASKernel.sapphireRapids.needs
      #expect(BLASKernel.candidates(for: library(core: "Nehalem"), features: everything).contains(kernel))
      for feature in kernel.needs {
        #expect(!BLASKernel.candidates(for: library(core: "Nehalem"), features: everything.subtracting([feature])).contains(kernel))
      }
    }
  }

  @Test(arguments: ["OpenBLAS 0.3.21 NO_LAPACKE NO_AFFINITY Zen MAX_THREADS=64", "BLIS 1.0 DYNAMIC_ARCH", ""])
  func `a library that cannot be told has no candidates`(configuration: String) {
    #expect(BLASKernel.candidates(for: library(configuration), features: Self.zen4).isEmpty)
  }

  @Test func `features are those of the instruction sets in use`() {
    let features = Set(cpuFeatures())
    #expect(InstructionSet.avx2.isAvailable == features.contains("avx2"))
    #expect(InstructionSet.avx512.isAvailable == features.isSuperset(of: ["avx512f", "avx512dq", "avx512vl"]))
  }

  @Test func `a command that fails or crashes prints nothing`() {
    #expect(output(ofCommand: "printf 'a b\\nc'") == "a b\nc")
    #expect(output(ofCommand: "echo a; exit 3") == nil)
    #expect(output(ofCommand: "ulimit -c 0; echo a; kill -ILL $$") == nil)
  }
}
