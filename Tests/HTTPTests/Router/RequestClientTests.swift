import Basics
import Testing

@testable import HTTP

struct RequestClientTests {
    private static let proxies = ["10.0.0.0/8", "2001:db8::/32", "127.0.0.1"].compactMap { IPNetwork($0) }

    private func client(_ peer: String?, _ headers: HTTPHeaders) -> RequestClient {
        let request = ServerRequest(method: "GET", path: "/", headers: headers, peer: peer.flatMap { IPAddress($0) })
        return RequestClient(request, proxies: Self.proxies, isTLS: false)
    }

    @Test(arguments: [
        ("192.0.2.1", "198.51.100.1", "192.0.2.1"), ("10.1.2.3", "198.51.100.1", "198.51.100.1"),
        ("10.1.2.3", "203.0.113.9, 198.51.100.1", "198.51.100.1"),
        ("10.1.2.3", "203.0.113.9,198.51.100.1 ,\t10.9.9.9", "198.51.100.1"),
        ("10.1.2.3", "10.0.0.1, 10.0.0.2", "10.0.0.1"),
        ("10.1.2.3", "", "10.1.2.3"), ("10.1.2.3", "unknown", "10.1.2.3"), ("10.1.2.3", "198.51.100.1, x", "10.1.2.3"),
        ("2001:db8::1", "2001:db9::1", "2001:db9::1"), ("::ffff:10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "::ffff:198.51.100.1", "198.51.100.1"),
    ])
    func `the client is the last address that no trusted proxy has`(peer: String, forwarded: String, client: String) {
        let found = self.client(peer, ["X-Forwarded-For": forwarded])
        #expect(found.address?.description == client)
        #expect(!found.isLocal)
    }

    @Test func `only a trusted proxy says which name and scheme the client used`() {
        let headers: HTTPHeaders = [
            "Host": "inner", "X-Forwarded-For": "198.51.100.1", "X-Forwarded-Host": "a.example, pbx.example",
            "X-Forwarded-Proto": "https",
        ]
        let trusted = client("10.0.0.1", headers)
        #expect(trusted.host == "pbx.example" && trusted.scheme == "https" && trusted.isForwarded)
        let other = client("192.0.2.1", headers)
        #expect(other.host == "inner" && other.scheme == "http" && other.isForwarded)
    }

    @Test func `a client is local on loopback or a Unix socket, and without a proxy`() {
        for peer in ["127.0.0.1", "127.9.9.9", "::1", nil] { #expect(client(peer, [:]).isLocal) }
        for peer in ["192.0.2.1", "::2", "2001:db8::1"] { #expect(!client(peer, [:]).isLocal) }
        #expect(!client("127.0.0.1", ["Forwarded": "for=192.0.2.1"]).isLocal)
    }

    @Test func `failed logins are bounded in addresses and end with their window`() throws {
        let logins = FailedLogins(limit: 2, window: .seconds(60), capacity: 3)
        let start = ContinuousClock.now
        let address = try #require(IPAddress("2001:db8::1"))
        let neighbour = try #require(IPAddress("2001:db8::2"))
        #expect(logins.record(address, now: start) == nil)
        #expect(logins.record(neighbour, now: start + .seconds(10)) == nil)
        #expect(logins.record(address, now: start + .seconds(20)) == .seconds(50))
        #expect(logins.record(neighbour, now: start + .seconds(69)) == .seconds(1))
        #expect(logins.record(address, now: start + .seconds(70)) == nil)
        for number in 1...20 {
            #expect(logins.record(IPAddress("192.0.2.\(number)"), now: start + .seconds(71)) == nil)
            #expect(logins.addressCount <= 3)
        }
        #expect(logins.record(address, now: start + .seconds(71)) == nil)
        #expect(logins.record(address, now: start + .seconds(71)) == nil, "forgotten meanwhile")
        #expect(logins.record(address, now: start + .seconds(71)) == .seconds(60))
    }
}
