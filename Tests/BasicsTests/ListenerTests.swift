import Basics
import Glibc
import Testing

struct ListenerTests {
    @Test func `a signal does not keep a thread that accepts from its end`() async throws {
        var action = sigaction()
        unsafe action.__sigaction_handler.sa_handler = { _ in }
        unsafe sigaction(SIGUSR2, &action, nil)
        let listener = try Listener(host: "127.0.0.1", port: 0)
        let wakeup = try EventFD()
        let port = listener.port
        let thread = Promise<UInt>()
        let accepted = Promise<Bool>()
        try Thread.detach("accepting") {
            thread.fulfil(UInt(pthread_self()))
            accepted.fulfil((try? listener.accept(wakeup: wakeup)) != nil)
        }
        let number = await thread.value
        for _ in 0..<100 {
            pthread_kill(pthread_t(number), SIGUSR2)
            await Task.yield()
            try await Task.sleep(for: .microseconds(100))
        }
        wakeup.signal()
        // Releases a thread that ignores the signal, so that the test fails and does not hang.
        let isConnected = try await Thread.run("connecting") {
            (try? Socket.connect(host: "127.0.0.1", port: port, timeout: .seconds(20))) != nil
        }
        #expect(await !accepted.value)
        #expect(isConnected)
    }
}
