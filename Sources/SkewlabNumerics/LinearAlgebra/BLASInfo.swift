internal import COpenBLAS

/// The linear algebra library a process runs on.
public struct BLASInfo: Sendable, Hashable {
  /// The library's description of its build.
  public let configuration: String
  /// The kernel family chosen for this processor, such as "Haswell".
  public let coreName: String
  /// The number of threads one call may use.
  public let threads: Int

  package init(configuration: String, coreName: String, threads: Int) {
    self.configuration = configuration
    self.coreName = coreName
    self.threads = threads
  }

  /// What holds at the moment of the call.
  public static var current: BLASInfo {
    BLASInfo(
      configuration: unsafe String(cString: openblas_get_config()), coreName: unsafe String(cString: openblas_get_corename()),
      threads: Int(openblas_get_num_threads()))
  }
}

/// Sets how many threads one BLAS call may use, for the whole process; at least 1.
///
/// Skewlab runs with 1: runs are spread over cores, and a result does not depend on the number of cores.
public func setBLASThreads(_ threads: Int) {
  precondition(threads >= 1, "at least one thread")
  openblas_set_num_threads(Int32(threads))
}
