import Basics
import Testing

struct EpollTests {
    @Test func `what is ready is found by its token until it is read, and a removed descriptor is not`() throws {
        let epoll = try Epoll()
        let (first, second) = (try EventFD(), try EventFD())
        try epoll.add(first.descriptor, token: 7)
        try epoll.add(second.descriptor, token: .max)
        #expect(epoll.wait(timeout: .zero) == 0)
        second.signal()
        for _ in 0..<2 {
            #expect(epoll.wait(timeout: nil) == 1)
            #expect(epoll.ready(0) == (.max, true, false))
        }
        second.drain()
        #expect(epoll.wait(timeout: .zero) == 0)
        first.signal()
        second.signal()
        #expect(epoll.wait(timeout: nil) == 2)
        epoll.remove(second.descriptor)
        #expect(epoll.wait(timeout: nil) == 1)
        #expect(epoll.ready(0).token == 7)
        epoll.watch(first.descriptor, token: 8, writing: true)
        #expect(epoll.wait(timeout: nil) == 1)
        #expect(epoll.ready(0) == (8, true, true))
    }

    @Test func `a descriptor that is added twice is an error`() throws {
        let epoll = try Epoll()
        let event = try EventFD()
        try epoll.add(event.descriptor, token: 1)
        #expect(throws: SystemError.self) { try epoll.add(event.descriptor, token: 2) }
    }

    @Test func `a listener gives the connections that wait, and refuses them after its end`() async throws {
        let listener = try Listener(host: "127.0.0.1", port: 0)
        let port = listener.port
        #expect(try listener.acceptWaiting() == nil)
        let epoll = try Epoll()
        try epoll.add(listener.descriptor, token: 1)
        let isConnected = try await Thread.run("connecting") { Self.connects(to: port) }
        #expect(isConnected)
        #expect(epoll.wait(timeout: nil) == 1)
        let socket = try #require(try listener.acceptWaiting())
        #expect(try listener.acceptWaiting() == nil)
        socket.endWriting()
        listener.stop()
        #expect(try await !Thread.run("connecting") { Self.connects(to: port) })
    }

    private static func connects(to port: UInt16) -> Bool {
        (try? Socket.connect(host: "127.0.0.1", port: port, timeout: .seconds(20))) != nil
    }

    @Test(arguments: [
        ("a%20b", "a b", "a b"), ("a+b", "a+b", "a b"), ("%", "%", "%"), ("%4", "%4", "%4"), ("%4g", "%4g", "%4g"),
        ("%%41", "%A", "%A"), ("%2B", "+", "+"), ("%e2%82%ac", "€", "€"), ("%ff", "\u{fffd}", "\u{fffd}"), ("", "", ""),
    ])
    func `percent escapes are decoded, and what is none stays`(text: String, plain: String, query: String) {
        let bytes = Array(text.utf8)[...]
        #expect(bytes.percentDecoded() == plain)
        #expect(bytes.percentDecoded(plusIsBlank: true) == query)
    }
}
