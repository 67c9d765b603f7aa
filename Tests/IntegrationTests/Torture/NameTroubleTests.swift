import Basics
import Glibc
import Simulation
import TestSupport
import Testing

extension TortureTests {
    /// A resolver that is silent, does not know the API, or tells another address, while records keep coming.
    ///
    /// The connector has files of its own in the place of /etc/hosts and /etc/resolv.conf.
    @Suite(
        .enabled(if: Machine.canMount, "this needs the right to mount"),
        .enabled(if: TortureTests.runs(under: .thread), "the other sanitizer runs it")
    )
    struct NameTroubleTests {
        private static let name = "api.example"

        @Test func `a name that is not resolved delays records, loses none and holds up nothing else`() async throws {
            let site = try await SimulatedSite()
            let resolver = try SilentResolver()
            let hosts = site.directory.file("hosts")
            let configuration = site.directory.file("resolv.conf")
            try FileContents.write(Array("127.0.0.1 localhost\n".utf8), to: hosts)
            try FileContents.write(
                Array("nameserver \(resolver.address)\noptions attempts:1\n".utf8),
                to: configuration
            )
            var environment = site.environment.merging(SimulatedSite.sanitizers) { $1 }
            environment["API_URL"] = "http://\(Self.name):\(site.api.port)/v1"
            let process = try Subprocess(
                arguments: [
                    "unshare", "--mount", "sh", "-ec",
                    """
                    mount --bind '\(hosts)' /etc/hosts
                    mount --bind '\(configuration)' /etc/resolv.conf
                    exec '\(Subprocess.connectorPath)' run
                    """,
                ],
                environment: environment
            )
            try await process.line(containing: "ami: logged in")
            try await site.playing(rate: 200) {
                try await eventually("records are stored while the resolver is silent") {
                    try await site.records("received", of: process) > 100
                }
                try await eventually("the resolver was asked") { resolver.wasAsked }
                try await process.line(containing: "delivery failed")
                #expect(
                    process.text(of: .errors).contains("check the host's name in the URL and the DNS of this machine")
                )
            }
            // The same file: a new one in its place would not be seen under the mount.
            try FileContents.write(Array("127.0.0.1 localhost \(Self.name)\n".utf8), to: hosts)
            let audit = try await site.settle(process, explainedRepeats: 0, losesNothing: true)
            #expect(audit.delivered > 100)
            TortureTests.report("API, no name", "\(audit)")
        }

        /// A resolver on an address of this process alone, which takes questions and answers none.
        private struct SilentResolver: ~Copyable {
            private let socket: FileDescriptor
            let address: String

            init() throws(SystemError) {
                // Any address 127.x.y.z is this machine; two runs at a time have different ones.
                let number = UInt32(truncatingIfNeeded: getpid())
                let host = 127 << 24 | 53 << 16 | (number & 0xffff)
                address = "127.53.\(number >> 8 & 0xff).\(number & 0xff)"
                socket = FileDescriptor(
                    Glibc.socket(
                        AF_INET,
                        Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue),
                        0
                    )
                )
                guard socket.isOpen else { throw SystemError("socket", "of the silent resolver") }
                var place = sockaddr_in()
                place.sin_family = sa_family_t(AF_INET)
                place.sin_port = UInt16(53).bigEndian
                place.sin_addr.s_addr = host.bigEndian
                let result = unsafe withUnsafePointer(to: &place) { pointer in
                    unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                        unsafe bind(socket.number, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                    }
                }
                guard result == 0 else { throw SystemError("bind", "\(address):53") }
            }

            /// Whether a question is there; takes it.
            var wasAsked: Bool {
                var byte: UInt8 = 0
                return unsafe recv(socket.number, &byte, 1, Int32(MSG_DONTWAIT)) >= 0
            }
        }
    }
}
