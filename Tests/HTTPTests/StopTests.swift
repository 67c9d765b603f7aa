import Basics
import HTTP
import TestSupport
import Testing

struct StopTests {
    /// libmicrohttpd 0.9.75 forgets its own error answers once it stops, and then reads what it forgot.
    @Test(arguments: [HTTPServerOptions.Mode.oneThread, .threads(2)])
    func `a server stops while clients send what is no request`(mode: HTTPServerOptions.Mode) async throws {
        for _ in 0..<(Subprocess.isSanitized ? 20 : 300) {
            let server = try HTTPServer(host: "127.0.0.1", port: 0, options: HTTPServerOptions(mode)) { _ in
                ServerResponse(status: 200, text: "ok\n")
            }
            let port = server.port
            let crowd = try await Thread.run("clients") {
                Result { () throws(NetworkError) in try Crowd(of: 32, port: port) }
            }.get()
            async let stopped: Void = Thread.runAnyway("stop") { server.stop() }
            await Thread.runAnyway("clients") { crowd.send("GET / HTTP/1.1\r\nnone\r\n\r\n") }
            await stopped
        }
    }
}

/// Clients that are used by one thread at a time.
private final class Crowd: @unchecked Sendable {
    private let clients: [Socket]

    init(of count: Int, port: UInt16) throws(NetworkError) {
        var clients: [Socket] = []
        for _ in 0..<count {
            clients.append(try Socket.connect(host: "127.0.0.1", port: port, timeout: .seconds(60)))
        }
        self.clients = clients
    }

    /// Sends the same with each; a server that has gone is no error.
    func send(_ text: String) {
        for client in clients { try? client.writeAll(Array(text.utf8)[...], timeout: .seconds(60)) }
    }
}
