import Basics
import Glibc

/// A client that keeps a number of connections busy, on one thread with epoll.
struct LoadGenerator {
    enum Kind {
        /// HTTP; without `keepsConnections` each request has a connection of its own.
        case http(keepsConnections: Bool)
        /// FastAGI: a session for each request.
        case agi
    }

    struct Result {
        var latencies: [Double] = []
        var errors = 0
        var seconds = 0.0

        var rate: Double { Double(latencies.count) / seconds }

        /// In milliseconds.
        func percentile(_ share: Double) -> Double {
            latencies.isEmpty ? .nan : latencies[min(Int(Double(latencies.count) * share), latencies.count - 1)] * 1000
        }
    }

    let kind: Kind
    let port: UInt16
    let connections: Int
    /// Sent in turn.
    let requests: [[UInt8]]

    private struct Connection {
        var socket: Int32 = -1
        var begin = ContinuousClock.now
        var received: [UInt8] = []
    }

    /// Sends requests for as long as `duration`; a connection has one request under way at a time.
    ///
    /// - Throws: when the server accepts no connection or goes silent.
    func run(for duration: Duration) throws -> Result {
        let epoll = try Epoll()
        var open = [Connection](repeating: Connection(), count: connections)
        var result = Result()
        result.latencies.reserveCapacity(1 << 18)
        var buffer = [UInt8](repeating: 0, count: 16 << 10)
        let begin = ContinuousClock.now
        var sent = 0
        func start(_ index: Int) throws {
            open[index].begin = .now
            open[index].received.removeAll(keepingCapacity: true)
            if open[index].socket < 0 {
                open[index].socket = try connect()
                try epoll.add(open[index].socket, token: UInt64(index))
            }
            let request = requests[sent % requests.count]
            sent += 1
            _ = unsafe request.withUnsafeBytes { unsafe send(open[index].socket, $0.baseAddress, $0.count, Self.quiet) }
        }
        for index in open.indices { try start(index) }
        while begin.duration(to: .now) < duration {
            let count = epoll.wait(timeout: .seconds(5))
            guard count > 0 else { throw SystemError("wait for", "an answer", code: ETIMEDOUT) }
            for position in 0..<count {
                let index = Int(epoll.ready(position).token)
                let socket = open[index].socket
                let length = unsafe buffer.withUnsafeMutableBytes { unsafe read(socket, $0.baseAddress, $0.count) }
                if length > 0 { open[index].received.append(contentsOf: buffer[..<length]) }
                guard let isRight = outcome(open[index].received, hasEnded: length <= 0) else { continue }
                if case .http(true) = kind, length > 0 {
                } else {
                    if case .agi = kind { hangUp(open[index]) }
                    close(socket)
                    open[index].socket = -1
                }
                result.latencies.append(open[index].begin.duration(to: .now) / .seconds(1))
                if !isRight { result.errors += 1 }
                try start(index)
            }
        }
        result.seconds = begin.duration(to: .now) / .seconds(1)
        for connection in open where connection.socket >= 0 { close(connection.socket) }
        result.latencies.sort()
        return result
    }

    private static let quiet = Int32(MSG_NOSIGNAL)

    private func connect() throws -> Int32 {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let code = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe Glibc.connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard code == 0 else { throw SystemError("connect to", "port \(port)") }
        return socket
    }

    /// Whether the answer is the right one; `nil` while it is not complete.
    private func outcome(_ bytes: [UInt8], hasEnded: Bool) -> Bool? {
        switch kind {
        case .agi: return hasEnded ? Self.offset(of: "\"OK\"", in: bytes) != nil : nil
        case .http:
            if hasEnded { return false }
            guard let head = Self.offset(of: "\r\n\r\n", in: bytes),
                let field = Self.offset(of: "Content-Length: ", in: bytes)
            else { return nil }
            var length = 0
            for byte in bytes[(field + 16)...] {
                guard ASCII.isDigit(byte) else { break }
                length = length * 10 + Int(byte - ASCII.zero)
            }
            guard bytes.count >= head + 4 + length else { return nil }
            return bytes.count > 12 && bytes[9] == UInt8(ascii: "2")
        }
    }

    /// Sends what Asterisk sends at the end: a reply for each command, and HANGUP.
    private func hangUp(_ connection: Connection) {
        let commands = connection.received.reduce(0) { $1 == ASCII.newline ? $0 + 1 : $0 }
        let text = Array((String(repeating: "200 result=1\n", count: commands) + "HANGUP\n").utf8)
        _ = unsafe text.withUnsafeBytes { unsafe send(connection.socket, $0.baseAddress, $0.count, Self.quiet) }
    }

    private static func offset(of text: StaticString, in bytes: [UInt8]) -> Int? {
        unsafe bytes.withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress else { return nil }
            let count = text.utf8CodeUnitCount
            var offset = 0
            while offset + count <= bytes.count,
                let next = unsafe memchr(start + offset, Int32(text.utf8Start[0]), bytes.count - count - offset + 1)
            {
                if unsafe memcmp(next, text.utf8Start, count) == 0 { return unsafe UnsafeRawPointer(next) - start }
                offset = unsafe UnsafeRawPointer(next) - start + 1
            }
            return nil
        }
    }
}
