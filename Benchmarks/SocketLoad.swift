import Basics
import Glibc
import HTTP

/// Measures what an event costs that goes to many WebSockets: the CPU time of the thread of the sockets and of the
/// thread that publishes, for each delivery.
///
/// The clients are in this process too, on a thread of their own that is not counted.
enum SocketLoad {
    /// Keeps the sockets that are open.
    private final class Handler: WebSocketHandler {
        private let sockets = Lock<[WebSocket]>([])

        var open: [WebSocket] { sockets.withLock { $0 } }

        func opened(_ socket: WebSocket) { sockets.withLock { $0.append(socket) } }
        func received(_ text: [UInt8], on socket: WebSocket) {}
    }

    private static let events = 100
    private static let request = Array(
        ("GET /ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n").utf8
    )

    /// - Parameter counts: the numbers of sockets to measure with.
    static func run(_ counts: [Int]) throws {
        for count in counts { try measure(count) }
    }

    private static func measure(_ count: Int) throws {
        let (handler, sockets) = (Handler(), try WebSockets())
        let route = Route.immediate(.get, "/ws", access: .open) { try $0.webSocket(on: sockets, handler: handler) }
        var options = HTTPServerOptions()
        options.connectionLimit = count + 16
        options.maxHeadBytes = 8 << 10
        let server = try HTTPServer(host: "127.0.0.1", port: 0, options: options, router: try Router([route]))
        let before = residentBytes
        let clients = try Clients(count, port: server.port)
        while handler.open.count < count { usleep(1000) }
        let memory = residentBytes - before
        let open = handler.open
        for isPaced in [true, false] {
            let start = (cpuSeconds(of: "websocket"), threadSeconds, ContinuousClock.now)
            for id in 0..<events {
                let json = #"{"id":\#(id),"data":"\#(String(repeating: "x", count: 150))"}"#
                let event = PushedEvent(id: id, type: "call:updated", key: nil, json: Array(json.utf8))
                for socket in open { socket.send(event) }
                clients.expect(count)
                if isPaced { clients.wait() }
            }
            clients.wait()
            let deliveries = Double(count * events)
            let loop = (cpuSeconds(of: "websocket") - start.0) / deliveries * 1e6
            let publisher = (threadSeconds - start.1) / deliveries * 1e6
            let rate = deliveries / (start.2.duration(to: .now) / .seconds(1))
            print(
                "\(count) sockets, \(isPaced ? "one event at a time" : "all events at once"):",
                "\(rounded(loop + publisher)) us a delivery (\(rounded(publisher)) to publish), \(Int(rate)) a second"
            )
        }
        print("\(count) sockets: \(memory / count) bytes resident each, with those of the clients in the process")
        clients.stop()
        server.stop()
    }

    private static func rounded(_ value: Double) -> Double { (value * 100).rounded() / 100 }

    private static var residentBytes: Int {
        let pages = (try? FileContents.read("/proc/self/statm", limit: 4096))?.split(separator: ASCII.space)
        return (pages?.dropFirst().first?.integer ?? 0) * 4096
    }

    /// The CPU time of the current thread.
    private static var threadSeconds: Double {
        var time = timespec()
        unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// The CPU time of all threads of this name.
    private static func cpuSeconds(of name: String) -> Double {
        guard let folder = unsafe opendir("/proc/self/task") else { return 0 }
        defer { unsafe closedir(folder) }
        var sum = 0
        while let entry = unsafe readdir(folder) {
            let id = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            let task = "/proc/self/task/\(id)"
            guard let comm = try? FileContents.read("\(task)/comm", limit: 64),
                comm.dropLast().elementsEqual(name.utf8),
                let times = try? FileContents.read("\(task)/schedstat", limit: 256)
            else { continue }
            sum += times.split(separator: ASCII.space).first?.integer ?? 0
        }
        return Double(sum) / 1e9
    }

    /// Clients that read frames of one length and count them.
    private final class Clients: Sendable {
        private struct State {
            var frames = 0
            var expected = 0
            var isStopping = false
        }

        private let state = Condition(State())

        init(_ count: Int, port: UInt16) throws {
            let state = state
            let begun = Condition<Result<Void, NetworkError>?>(nil)
            try Thread.detach("clients") {
                do throws(NetworkError) {
                    let sockets = try (0..<count).map { _ throws(NetworkError) in try Self.connect(port) }
                    begun.change { $0 = .success(()) }
                    Self.read(sockets, state)
                } catch {
                    begun.change { $0 = .failure(error) }
                }
            }
            try begun.wait { $0 }.get()
        }

        func expect(_ frames: Int) { state.change { $0.expected += frames } }
        func wait() { state.wait { $0.frames >= $0.expected ? () : nil } }
        func stop() { state.change { $0.isStopping = true } }

        private static func connect(_ port: UInt16) throws(NetworkError) -> Socket {
            let socket = try Socket.connect(host: "127.0.0.1", port: port, timeout: .seconds(10))
            try socket.writeAll(request[...], timeout: .seconds(10))
            var (buffer, head): ([UInt8], [UInt8]) = ([UInt8](repeating: 0, count: 4096), [])
            while !head.suffix(4).elementsEqual("\r\n\r\n".utf8) {
                _ = Poll.wait(for: .read, on: socket.descriptor, timeout: .seconds(10))
                if let count = try socket.read(into: &buffer) { head += buffer[..<count] }
            }
            return socket
        }

        /// A frame's bytes end with the two brackets of its JSON, which occur nowhere else.
        private static func read(_ sockets: [Socket], _ state: Condition<State>) {
            guard let epoll = try? Epoll() else { return }
            for (index, socket) in sockets.enumerated() {
                try? epoll.add(socket.descriptor, token: UInt64(index))
            }
            var buffer = [UInt8](repeating: 0, count: 65536)
            while !state.wait(until: { $0.isStopping }) {
                let ready = epoll.wait(timeout: .milliseconds(100))
                var frames = 0
                for index in 0..<ready {
                    guard let count = try? sockets[Int(epoll.ready(index).token)].read(into: &buffer) else { continue }
                    frames += buffer[..<count].count { $0 == 0x81 }
                }
                if frames > 0 { state.change { $0.frames += frames } }
            }
        }
    }
}
