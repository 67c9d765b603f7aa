import Glibc

/// How many files and sockets this process may have open.
package enum OpenFiles {
    private static let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)

    /// The number of them; `nil` when the system does not say.
    package static var limit: Int? {
        var limit = rlimit()
        return unsafe getrlimit(resource, &limit) == 0 ? Int(clamping: limit.rlim_cur) : nil
    }

    /// Raises the limit to `count`, or to as many as the system lets this process have; never lowers it.
    ///
    /// Services begin with a limit of 1024 for the sake of programs that use `select`, which this one does not.
    package static func allow(_ count: Int) {
        var limit = rlimit()
        guard unsafe getrlimit(resource, &limit) == 0, limit.rlim_cur < rlim_t(max(count, 0)) else { return }
        limit.rlim_cur = min(limit.rlim_max, rlim_t(count))
        _ = unsafe setrlimit(resource, &limit)
    }
}
