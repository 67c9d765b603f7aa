import Basics
import Synchronization

/// A peer that says exactly what a test wants: each accepted connection is given to a function on its own thread.
package final class RawServer: Sendable {
    private let wakeup: EventFD
    private let listener: Listener
    private let accepted = Atomic<Int>(0)

    package init(_ serve: @escaping @Sendable (RawConnection) throws -> Void) throws {
        let listener = try Listener(host: "127.0.0.1", port: 0)
        let wakeup = try EventFD()
        self.listener = listener
        self.wakeup = wakeup
        try Thread.detach("raw-server") { [self] in
            while let socket = try? listener.accept(wakeup: wakeup) {
                accepted.wrappingAdd(1, ordering: .sequentiallyConsistent)
                let connection = RawConnection(socket)
                try? Thread.detach("raw-connection") { try? serve(connection) }
            }
        }
    }

    package func stop() { wakeup.signal() }

    package var url: String { "http://127.0.0.1:\(listener.port)" }
    package var port: UInt16 { listener.port }
    package var connections: Int { accepted.load(ordering: .sequentiallyConsistent) }
}

/// The server's end of a connection.
///
/// `@unchecked Sendable`: made by the accepting thread, used by the serving one.
package final class RawConnection: @unchecked Sendable {
    private let socket: Socket

    init(_ socket: Socket) { self.socket = socket }

    /// Reads one request: its head, and a body if the head says how long.
    package func readRequest() throws -> String {
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

    /// Reads one request whose head says how long its body is, and keeps nothing of the body.
    ///
    /// - Parameter didRead: told how many bytes of the body have come.
    package func drainRequest(_ didRead: (Int) -> Void = { _ in }) throws {
        var head: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 20)
        var left: Int?
        var count = 0
        while left.map({ $0 > count }) ?? true {
            guard Poll.wait(for: .read, on: socket.descriptor, timeout: .seconds(120)) == .ready else {
                throw NetworkError.timedOut("request")
            }
            guard let more = try socket.read(into: &chunk) else { continue }
            guard left == nil else {
                count += more
                didRead(count)
                continue
            }
            head += chunk[..<more]
            let text = String(decoding: head, as: UTF8.self)
            guard let end = text.firstRange(of: "\r\n\r\n"),
                let name = text.lowercased().firstRange(of: "content-length: ")
            else { continue }
            left = Int(text.lowercased()[name.upperBound...].prefix { $0.isNumber }) ?? 0
            count = text.utf8.distance(from: end.upperBound, to: text.endIndex)
        }
    }

    /// Reads so many bytes, or all there are before the other end closes; keeps nothing of them.
    package func drain(_ wanted: Int) throws {
        var left = wanted
        while left > 0 {
            guard Poll.wait(for: .read, on: socket.descriptor, timeout: .seconds(120)) == .ready else {
                throw NetworkError.timedOut("request")
            }
            var piece = [UInt8](repeating: 0, count: min(left, 65536))
            left -= try socket.read(into: &piece) ?? 0
        }
    }

    /// Reads exactly so many bytes.
    package func read(_ wanted: Int) throws -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < wanted {
            guard Poll.wait(for: .read, on: socket.descriptor, timeout: .seconds(120)) == .ready else {
                throw NetworkError.timedOut("request")
            }
            var piece = [UInt8](repeating: 0, count: wanted - bytes.count)
            if let count = try socket.read(into: &piece) { bytes += piece[..<count] }
        }
        return bytes
    }

    package func write(_ text: String) throws { try write(Array(text.utf8)) }

    package func write(_ bytes: [UInt8]) throws { try socket.writeAll(bytes[...], timeout: .seconds(120)) }

    package func reset() { socket.resetOnClose() }
}
