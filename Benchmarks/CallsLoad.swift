import Basics
import Glibc
import HTTP

/// Clients of a running `calls run`: what an event costs its process that goes to many WebSockets.
///
/// The users are `user0`, `user1` and so on, with the password `U*U`, and have ten sockets each.
struct CallsLoad {
    private let port: UInt16
    private let process: Int
    private let seconds: Int

    init?(_ words: [String]) {
        guard words.count == 3, let port = UInt16(words[0]), let process = Int(words[1]), let seconds = Int(words[2])
        else { return nil }
        (self.port, self.process, self.seconds) = (port, process, seconds)
    }

    /// Measures with 0, 1,000 and 5,000 sockets.
    func run() async throws {
        OpenFiles.allow(8192)
        let users = try await tokens(500)
        let idle = memory
        var (sockets, idleCost): ([Socket], Double?) = ([], nil)
        for count in [0, 1000, 5000] {
            while sockets.count < count { sockets.append(try connect(users[sockets.count / 10])) }
            let reader = try Reader(sockets)
            reader.read(for: .seconds(2))
            let (before, cpu, start) = (try await events, cpuSeconds, ContinuousClock.now)
            reader.restart()
            reader.read(for: .seconds(seconds))
            let elapsed = start.duration(to: .now) / .seconds(1)
            let (after, used) = (try await events, cpuSeconds - cpu)
            let (ami, published) = (after.ami - before.ami, after.published - before.published)
            let rates = "\(Int(ami / elapsed)) events of AMI and \(Int(published / elapsed)) for clients a second"
            let line = "\(count) sockets: \(rates)"
            guard count > 0, let idleCost else {
                idleCost = used / max(published, 1)
                print("\(line), \(Int(used / max(ami, 1) * 1e6)) us CPU an event of AMI")
                continue
            }
            // What the events themselves cost is known from before.
            let delivery = (used - idleCost * published) / Double(max(reader.frames, 1)) * 1e6
            print(
                "\(line), \(Int(Double(reader.frames) / elapsed)) deliveries a second, \((delivery * 100).rounded() / 100)",
                "us CPU each, 99 of 100 within \(reader.latency(0.99)) ms;",
                "\(Int((after.fanout - before.fanout) / max(published, 1) * 1e6)) us to hand an event over; resident \(memory >> 20) MiB,",
                "\((memory - idle) / count) bytes a socket"
            )
        }
    }

    /// The access tokens of so many users.
    private func tokens(_ count: Int) async throws -> [String] {
        let client = try HTTPClient()
        var tokens: [String] = []
        for number in 0..<count {
            var login = HTTPRequest(.post, "http://127.0.0.1:\(port)/api/ami/users/login")
            login.body = .bytes(Array(#"{"username":"user\#(number)","password":"U*U"}"#.utf8))
            let answer = try JSONParser.parse(try await client.send(login).body[...])
            guard let token = answer["jwt"]?.string else { throw Refused(what: "user\(number)") }
            tokens.append(token)
        }
        _ = await client.close()
        return tokens
    }

    private struct Refused: Error {
        let what: String
    }

    private func connect(_ token: String) throws -> Socket {
        let socket = try Socket.connect(host: "127.0.0.1", port: port, timeout: .seconds(10))
        let request = """
            GET /ws HTTP/1.1\r
            Host: localhost\r
            Connection: Upgrade\r
            Upgrade: websocket\r
            Sec-WebSocket-Version: 13\r
            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
            Authorization: Bearer \(token)\r
            \r\n
            """
        try socket.writeAll(Array(request.utf8)[...], timeout: .seconds(10))
        var (byte, head): ([UInt8], [UInt8]) = ([0], [])
        while !head.suffix(4).elementsEqual("\r\n\r\n".utf8) {
            _ = Poll.wait(for: .read, on: socket.descriptor, timeout: .seconds(10))
            if let count = try socket.read(into: &byte) { head += byte[..<count] }
        }
        guard head[...].text.hasPrefix("HTTP/1.1 101 ") else { throw Refused(what: head[...].text) }
        return socket
    }

    /// How many events came in and went out so far, and the seconds that handing them over took.
    private var events: (ami: Double, published: Double, fanout: Double) {
        get async throws {
            let client = try HTTPClient()
            let text = try await client.send(HTTPRequest(.get, "http://127.0.0.1:\(port)/metrics")).text
            _ = await client.close()
            func value(_ name: String) -> Double {
                let line = text.split(separator: "\n").first { $0.hasPrefix("asterisk_connector_calls_\(name) ") }
                return line.flatMap { $0.split(separator: " ").last.flatMap { Double($0) } } ?? 0
            }
            return (value("ami_events_total"), value("events_published_total"), value("fanout_seconds_sum"))
        }
    }

    /// The CPU time of the service.
    private var cpuSeconds: Double {
        let stat = ((try? FileContents.read("/proc/\(process)/stat", limit: 4096)) ?? [])[...].text
        let fields = stat.lastIndex(of: ")").map { stat[$0...].split(separator: " ") } ?? []
        guard fields.count > 13 else { return 0 }
        return ((Double(fields[12]) ?? 0) + (Double(fields[13]) ?? 0)) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    /// What is resident of the service, in bytes.
    private var memory: Int {
        let pages = (try? FileContents.read("/proc/\(process)/statm", limit: 4096))?.split(separator: ASCII.space)
        return (pages?.dropFirst().first?.integer ?? 0) * 4096
    }

    /// Reads frames, and counts them and how old their events are.
    private final class Reader {
        private let sockets: [Socket]
        private let epoll: Epoll
        private var rests: [[UInt8]]
        private var ages: [Int] = []
        private(set) var frames = 0
        private var buffer = [UInt8](repeating: 0, count: 256 << 10)

        init(_ sockets: [Socket]) throws {
            self.sockets = sockets
            epoll = try Epoll()
            rests = sockets.map { _ in [] }
            for (index, socket) in sockets.enumerated() { try epoll.add(socket.descriptor, token: UInt64(index)) }
        }

        func restart() { (frames, ages) = (0, []) }

        func latency(_ part: Double) -> Int {
            let sorted = ages.sorted()
            return sorted.isEmpty ? 0 : sorted[min(Int(Double(sorted.count) * part), sorted.count - 1)]
        }

        func read(for time: Duration) {
            let end = ContinuousClock.now + time
            while ContinuousClock.now < end {
                for ready in 0..<epoll.wait(timeout: .milliseconds(100)) {
                    let index = Int(epoll.ready(ready).token)
                    guard let count = try? sockets[index].read(into: &buffer), count > 0 else { continue }
                    take(index, count)
                }
            }
        }

        private func take(_ index: Int, _ count: Int) {
            let bytes = rests[index] + buffer[..<count]
            var start = 0
            while bytes.count - start >= 4 {
                let short = Int(bytes[start + 1])
                let head = short < 126 ? 2 : short == 126 ? 4 : 10
                let length = short < 126 ? short : Int(bytes[start + 2]) << 8 | Int(bytes[start + 3])
                guard bytes.count - start >= head + length else { break }
                if bytes[start] == 0x81 { note(bytes[(start + head)...].prefix(length)) }
                start += head + length
            }
            rests[index] = Array(bytes[start...])
        }

        private func note(_ frame: Bytes) {
            frames += 1
            // One of many is enough.
            guard frames % 97 == 0, let range = frame.prefix(200).firstRange(of: Array(#""timestamp":"#.utf8)),
                let sent = frame[range.upperBound...].prefix(while: ASCII.isDigit).integer
            else { return }
            ages.append(Int(Timestamp.now().microseconds / 1000) - sent)
        }
    }
}
