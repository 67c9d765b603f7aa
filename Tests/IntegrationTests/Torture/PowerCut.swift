import Basics
import Glibc
import TestSupport
import Testing

/// The library of Tests/Preload/powercut.c under a connector: what of its spool was flushed, and a disk that hangs.
struct PowerCut {
    let live: String
    let durable: String
    private let directory: TemporaryDirectory
    private let library: String

    private var sign: String { directory.file("stall") }

    /// Compiles the library.
    init(_ site: SimulatedSite) async throws {
        directory = site.directory
        live = site.directory.file("spool")
        durable = try Directory.make(site.directory.file("durable"))
        library = try await Preload.compile("powercut", in: directory)
    }

    /// The environment that puts the library under a connector.
    var environment: [String: String] {
        var environment = SimulatedSite.sanitizers
        environment["LD_PRELOAD"] = library
        environment["POWERCUT_LIVE"] = live
        environment["POWERCUT_DURABLE"] = durable
        environment["POWERCUT_STALL"] = sign
        return environment
    }

    /// From now on, or no longer, flushes hang.
    func stall(_ hangs: Bool) throws {
        if hangs { try FileContents.write([], to: sign) } else { unsafe unlink(sign) }
    }

    /// Puts the flushed files in the place of those that were written.
    func restore() throws {
        let copies = Directory.names(in: durable)
        try #require(copies.contains("spool.db"), "nothing was ever flushed: the library does not work")
        for name in Directory.names(in: live) where name.hasPrefix("spool.db") {
            unsafe unlink("\(live)/\(name)")
        }
        for name in copies where name.hasPrefix("spool.db") {
            let bytes = try FileContents.read("\(durable)/\(name)", limit: 1 << 30)
            try FileContents.write(bytes, to: "\(live)/\(name)", mode: 0o600)
        }
    }
}
