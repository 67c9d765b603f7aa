import Testing

@testable import CallerID

@Suite("The address of a service elsewhere")
struct RemoteServiceTests {
    @Test(
        "A token that others could read on its way is a warning",
        arguments: [
            ("http://pbx.example.com", "pbx.example.com"), ("HTTP://192.0.2.1:8000/", "192.0.2.1"),
            ("http://[2001:db8::1]:8000", "[2001:db8::1]"), ("http://localhost.example.com", "localhost.example.com"),
            ("http://127.0.0.1.example.com", "127.0.0.1.example.com"), ("http://0.0.0.0:8000", "0.0.0.0"),
        ]
    )
    func plain(_ url: String, _ host: String) throws {
        let service = try #require(RemoteService(url))
        #expect(
            service.warning == "--url sends numbers and the token to \(host) without encryption; use https://"
        )
    }

    @Test(
        "With TLS, and to this machine, there is none",
        arguments: [
            "https://pbx.example.com", "HTTPS://192.0.2.1:8000", "http://127.0.0.1:8000", "http://localhost:8000",
            "http://[::1]:8000", "http://127.8.0.1",
        ]
    )
    func safe(_ url: String) throws { #expect(try #require(RemoteService(url)).warning == nil) }

    @Test("Slashes at the end are left out")
    func slashes() { #expect(RemoteService("https://pbx.example.com/cid//")?.url == "https://pbx.example.com/cid") }

    @Test(
        "What is no address of a service is refused",
        arguments: ["", "pbx.example.com", "ftp://pbx.example.com", "https://pbx.example.com/?a=b", "https://"]
    )
    func refused(_ url: String) { #expect(RemoteService(url) == nil) }
}
