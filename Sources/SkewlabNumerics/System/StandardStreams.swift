#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Occupies standard streams that are closed, so that no file opened later is taken for one of
/// them. Each is opened the wrong way round: using it is still an error.
package func occupyClosedStreams() {
  for stream: Int32 in 0..<3 where fcntl(stream, F_GETFD) < 0 {
    _ = unsafe open("/dev/null", stream == 0 ? O_WRONLY : O_RDONLY)
  }
}
