import HTTP
import Testing

/// The names that the header Host may have.
struct AllowedHostsTests {
    @Test(arguments: [
        "localhost", "localhost:8000", "LocalHost", "localhost.", "127.0.0.1", "127.0.0.1:9", "127.8.8.8", "[::1]",
        "[::1]:8000", "192.0.2.7:8000", nil,
    ])
    func `loopback names and the bind address are allowed`(header: String?) {
        #expect(AllowedHosts([], bind: "192.0.2.7").allows(header))
    }

    @Test(arguments: [
        "", "attacker.example", "attacker.example:8000", "localhost.attacker.example", "127.0.0.1.attacker.example",
        "192.0.2.8", "[::2]:8000", "[::1", "[::1]x", ":8000", "localhost:80x", "localhost:80:80", "127.0.0.1@evil",
        "127.0.0.256", "127.0.0", "0.0.0.0",
    ])
    func `any other name is refused`(header: String) {
        #expect(!AllowedHosts([], bind: "192.0.2.7").allows(header))
    }

    @Test func `listed names are allowed beside those, in any case and with any port`() {
        let hosts = AllowedHosts(["PBX.example.com", "2001:db8::7"], bind: "127.0.0.1")
        for header in ["pbx.example.com", "pbx.EXAMPLE.com:8000", "pbx.example.com.", "[2001:db8::7]:1", "localhost"] {
            #expect(hosts.allows(header), "\(header)")
        }
        #expect(!hosts.allows("pbx.example.org") && !hosts.allows("other.pbx.example.com"))
    }

    @Test(arguments: ["0.0.0.0", "::"])
    func `with every address bound, addresses are allowed and names are not`(bind: String) {
        let hosts = AllowedHosts([], bind: bind)
        for header in ["192.0.2.9:8000", "[2001:db8::9]:8000", "localhost"] { #expect(hosts.allows(header)) }
        #expect(!hosts.allows("attacker.example:8000") && !hosts.allows("fade.example"))
    }

    @Test func `an asterisk allows all`() {
        #expect(AllowedHosts(["*"], bind: "127.0.0.1").allows("attacker.example"))
    }
}
