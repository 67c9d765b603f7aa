import Basics
import HTTP
import TestSupport
import Testing

/// What documents ask the monitoring port for, asked of the built connector.
struct DocumentedAddressesTests {
    @Test func `each address of the monitoring port in the documents answers`() async throws {
        let start = "http://127.0.0.1:8000"
        let addresses = try Document.all().flatMap(\.commands).flatMap(\.programs)
            .filter { $0[0] == "curl" }.flatMap { $0 }.filter { $0.hasPrefix(start) }
        #expect(addresses.count > 2)
        let site = try await SimulatedSite()
        let process = try await site.startOnline()
        let client = try HTTPClient()
        for address in addresses {
            let line = try await process.line(containing: "monitoring: monitoring url=")
            let base = try #require(line.split(separator: "url=").last).replacing("/metrics", with: "")
            let answer = try await client.send(HTTPRequest(.get, address.replacing(start, with: base)))
            #expect(answer.status == 200 && !answer.body.isEmpty, "\(address)")
        }
        client.shutDown()
        process.terminate()
        _ = try await process.exitStatus()
        await site.stop()
    }
}
