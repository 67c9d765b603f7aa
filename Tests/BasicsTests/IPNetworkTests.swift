import Basics
import Testing

struct IPNetworkTests {
    @Test(arguments: [
        ("10.0.0.0/8", "10.255.0.1", true), ("10.0.0.0/8", "11.0.0.1", false), ("10.1.2.3/8", "10.9.9.9", true),
        ("192.0.2.128/25", "192.0.2.127", false), ("192.0.2.128/25", "192.0.2.128", true),
        ("192.0.2.1", "192.0.2.1", true),
        ("192.0.2.1", "192.0.2.2", false), ("0.0.0.0/0", "203.0.113.1", true), ("0.0.0.0/0", "2001:db8::1", false),
        ("2001:db8::/33", "2001:db8:7fff::1", true), ("2001:db8::/33", "2001:db8:8000::1", false),
        ("::/0", "::1", true),
        ("10.0.0.0/8", "::ffff:10.0.0.1", true),
    ])
    func `a block holds the addresses that begin with its bits`(block: String, address: String, isIn: Bool) throws {
        #expect(try #require(IPNetwork(block)).contains(try #require(IPAddress(address))) == isIn)
    }

    @Test(arguments: [
        "", "/", "10.0.0.0/", "10.0.0.0/33", "10.0.0/8", "::/129", "10.0.0.0/+8", "10.0.0.0/8/8", "a.example", " ::1",
    ])
    func `what is no block is refused`(text: String) { #expect(IPNetwork(text) == nil) }

    @Test func `an address is written as it is usual`() {
        for text in ["192.0.2.1", "2001:db8::1", "::1"] { #expect(IPAddress(text)?.description == text) }
        #expect(IPAddress("::ffff:192.0.2.1")?.description == "192.0.2.1")
        #expect(IPAddress(bytes: [1, 2, 3]) == nil)
    }
}
