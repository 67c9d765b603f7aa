import Basics
import TestSupport
import Testing

@testable import HTTP

/// Rows 33 and 35 of the fault matrix: peers that are slow in every part of an exchange.
@Suite(.timeLimit(.minutes(5)))
struct SlowPeerTests {
    private static let answer = "HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\n\r\n{}"

    @Test func `an answer in slices of one byte is read whole`() async throws {
        let server = try RawServer { connection in
            _ = try connection.readRequest()
            for character in Self.answer.unicodeScalars { try connection.write(String(character)) }
            _ = try connection.readRequest()
        }
        defer { server.stop() }
        let response = try await HTTPClient().send(HTTPRequest(.post, server.url, body: .bytes([1])))
        #expect(response.status == 202 && response.text == "{}")
    }

    @Test(arguments: 0..<answer.count)
    func `an answer that stalls behind any byte ends with the time of the request`(count: Int) async throws {
        let server = try RawServer { connection in
            _ = try connection.readRequest()
            try connection.write(String(Self.answer.prefix(count)))
            _ = try connection.readRequest()
        }
        defer { server.stop() }
        let request = HTTPRequest(.post, server.url, body: .bytes([1]), timeout: .milliseconds(100))
        let client = try HTTPClient()
        let error = await failure { () throws(HTTPError) in try await client.send(request) }
        #expect(error?.kind == .timedOut || error?.kind == .brokenAnswer, "\(count)")
    }

    @Test(arguments: [true, false])
    func `a reader that takes nothing ends a request with its time, or for want of movement`(stalls: Bool) async throws
    {
        let held = Lock<RawConnection?>(nil)
        let server = try RawServer { connection in
            // It reads nothing: the kernel's buffers fill up.
            held.withLock { $0 = connection }
        }
        defer { server.stop() }
        var request = HTTPRequest(.post, server.url, body: .bytes([UInt8](repeating: 1, count: 64 << 20)))
        request.timeout = stalls ? .seconds(50) : .milliseconds(300)
        if stalls { request.stallTimeout = .seconds(1) }
        let client = try HTTPClient()
        let sent = request
        let error = await failure { () throws(HTTPError) in try await client.send(sent) }
        #expect(error?.kind == .timedOut)
    }

    @Test func `others are served while one peer is slow`() async throws {
        let slow = try RawServer { connection in
            _ = try connection.readRequest()
            _ = try connection.readRequest()
        }
        let fast = try HTTPServer.threaded { _ in ServerResponse(status: 202) }
        defer { slow.stop() }
        let client = try HTTPClient()
        let waiting = Task { try? await client.send(HTTPRequest(.get, slow.url)) }
        for _ in 0..<50 { #expect(try await client.send(HTTPRequest(.get, fast.url)).status == 202) }
        waiting.cancel()
        _ = await waiting.value
    }
}
