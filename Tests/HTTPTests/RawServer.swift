import Basics
import Synchronization

/// A peer that says exactly what a test wants: each accepted connection is given to a function on its own thread.
final class RawServer: Sendable {
    private let wakeup: Wakeup
    private let listener: Listener
    private let accepted = Atomic<Int>(0)

    init(_ serve: @escaping @Sendable (RawConnection) throws -> Void) throws {
        let listener = try Listener(host: "127.0.0.1", port: 0)
        let wakeup = try Wakeup()
        self.listener = listener
        self.wakeup = wakeup
        Thread.detach("raw-server") { [self] in
            while let socket = try? listener.accept(wakeup: wakeup) {
                accepted.wrappingAdd(1, ordering: .sequentiallyConsistent)
                let connection = RawConnection(socket)
                Thread.detach("raw-connection") { try? serve(connection) }
            }
        }
    }

    func stop() { wakeup.signal() }

    var url: String { "http://127.0.0.1:\(listener.port)" }
    var connections: Int { accepted.load(ordering: .sequentiallyConsistent) }
}

/// The server's end of a connection.
///
/// `@unchecked Sendable`: made by the accepting thread, used by the serving one.
final class RawConnection: @unchecked Sendable {
    private let socket: Socket

    init(_ socket: Socket) { self.socket = socket }

    /// Reads one request: its head, and a body if the head says how long.
    func readRequest() throws -> String {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65536)
        while true {
            guard Poll.wait(for: .read, on: socket.descriptor, timeout: .seconds(120)) == .ready else {
                throw NetworkError.timedOut("request")
            }
            if let count = try socket.read(into: &chunk) { bytes.append(contentsOf: chunk[..<count]) }
            let text = String(decoding: bytes, as: UTF8.self)
            guard let end = text.firstRange(of: "\r\n\r\n") else { continue }
            let head = text[..<end.lowerBound].lowercased()
            let length = head.firstRange(of: "content-length: ").flatMap { range in
                Int(head[range.upperBound...].prefix { $0.isNumber })
            }
            if text.utf8.distance(from: end.upperBound, to: text.endIndex) >= length ?? 0 { return text }
        }
    }

    func write(_ text: String) throws { try socket.writeAll(Array(text.utf8)[...], timeout: .seconds(120)) }

    func reset() { socket.resetOnClose() }
}
