#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Bytes of addresses that this process may use (`ulimit -v`); `nil` without a limit.
package func addressSpaceLimit() -> Double? {
  var limit = rlimit()
  #if canImport(Glibc)
    guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0 else { return nil }
  #else
    guard unsafe getrlimit(RLIMIT_AS, &limit) == 0 else { return nil }
  #endif
  return limit.rlim_cur < UInt64(Int64.max) ? Double(limit.rlim_cur) : nil
}
