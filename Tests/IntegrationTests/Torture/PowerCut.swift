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
    ///
    /// - Parameter survives: whether a sector that was written and not flushed is there all the same, asked for each;
    ///   the end of a file counts as one.
    func restore(_ survives: () -> Bool = { false }) throws {
        let copies = Directory.names(in: durable)
        try #require(copies.contains("spool.db"), "nothing was ever flushed: the library does not work")
        var files: [String: [UInt8]] = [:]
        for name in copies where name.hasPrefix("spool.db") {
            let flushed = try FileContents.read("\(durable)/\(name)", limit: 1 << 30)
            let written = (try? FileContents.read("\(live)/\(name)", limit: 1 << 30)) ?? []
            files[name] = Self.torn(flushed, written, survives)
        }
        for name in Directory.names(in: live) where name.hasPrefix("spool.db") {
            unsafe unlink("\(live)/\(name)")
        }
        for (name, bytes) in files {
            try FileContents.write(bytes, to: "\(live)/\(name)", mode: 0o600)
            try FileContents.write(bytes, to: "\(durable)/\(name)", mode: 0o600)
        }
    }

    /// A file of which each sector is the flushed or the written one.
    private static func torn(_ flushed: [UInt8], _ written: [UInt8], _ survives: () -> Bool) -> [UInt8] {
        let sector = 512
        var result = flushed
        if written.count != flushed.count, survives() {
            result = Array(flushed.prefix(written.count))
            result += [UInt8](repeating: 0, count: written.count - result.count)
        }
        for start in stride(from: 0, to: min(result.count, written.count), by: sector) {
            let range = start..<min(start + sector, result.count, written.count)
            if result[range] != written[range], survives() { result.replaceSubrange(range, with: written[range]) }
        }
        return result
    }
}
