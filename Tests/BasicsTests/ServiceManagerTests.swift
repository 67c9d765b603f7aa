import Basics
import Glibc
import TestSupport
import Testing

struct ServiceManagerTests {
    private let directory = TemporaryDirectory()
    private let log = Logger("test", sink: LogSink { _ in })

    private func manager(_ socket: NotifySocket, _ variables: [String: String] = [:]) throws -> ServiceManager {
        try #require(ServiceManager(["NOTIFY_SOCKET": socket.name].merging(variables) { $1 }, log: log))
    }

    @Test func `each message reaches a socket with a path and one without`() throws {
        let abstract = "@" + directory.path.dropFirst()
        for name in [directory.file("notify"), abstract] {
            let socket = try NotifySocket(name)
            let manager = try manager(socket)
            manager.status("opening\nthe spool")
            manager.ready()
            manager.works()
            manager.stopping()
            #expect(socket.take() == ["STATUS=opening the spool", "READY=1", "WATCHDOG=1", "STOPPING=1"])
        }
    }

    @Test func `a name of a socket as long as the kernel takes it works`() throws {
        let room = UnixSocket.longestPath - directory.path.utf8.count
        let socket = try NotifySocket(directory.file(String(repeating: "x", count: room)))
        try manager(socket).ready()
        #expect(socket.take() == ["READY=1"])
    }

    @Test func `a reload is reported with the time of its start, and its end`() throws {
        let socket = try NotifySocket(directory.file("notify"))
        let manager = try manager(socket)
        manager.ready()
        var seen: [String] = []
        manager.reloading { seen = socket.take() }
        let lines = try #require(seen.last).split(separator: "\n")
        #expect(lines.first == "RELOADING=1" && lines.last?.hasPrefix("MONOTONIC_USEC=") == true)
        let began = try #require(lines.last.flatMap { Int64($0.dropFirst(15)) })
        var now = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &now)
        #expect(began > 0 && began <= Int64(now.tv_sec + 1) * 1_000_000)
        #expect(socket.take() == ["READY=1"])
    }

    @Test func `a reload before the start is over, or during the stop, says nothing`() throws {
        let socket = try NotifySocket(directory.file("notify"))
        let manager = try manager(socket)
        manager.reloading {}
        #expect(socket.take() == [])
        manager.ready()
        manager.stopping()
        manager.reloading {}
        #expect(socket.take() == ["READY=1", "STOPPING=1"])
    }

    @Test func `what must arrive is kept until there is room, what is repeated is not`() throws {
        let socket = try NotifySocket(directory.file("notify"))
        let manager = try manager(socket)
        for _ in 0..<10_000 { manager.works() }
        manager.ready()
        manager.status("logged in")
        let first = socket.take()
        #expect(first.count < 10_000 && first.allSatisfy { $0 == "WATCHDOG=1" })
        manager.works()
        #expect(socket.take() == ["READY=1", "WATCHDOG=1"])
    }

    @Test(arguments: [[:], ["NOTIFY_SOCKET": ""], ["NOTIFY_SOCKET": "vsock:2:1"]])
    func `without a socket there is no service manager`(environment: [String: String]) {
        #expect(ServiceManager(environment, log: log) == nil)
    }

    @Test func `a socket that nobody reads is a warning once, and no error`() throws {
        let logged = LogLines()
        let environment = ["NOTIFY_SOCKET": directory.file("nobody")]
        let manager = try #require(ServiceManager(environment, log: Logger("test", sink: logged.sink)))
        for _ in 0..<100 { manager.ready() }
        #expect(logged.lines.count == 1 && logged.lines[0].contains("service manager unreachable"))
    }

    @Test(arguments: [
        (["WATCHDOG_USEC": "60000000"], Duration.seconds(60)),
        (["WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "77"], .seconds(60)),
        (["WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "78"], nil), (["WATCHDOG_USEC": "0"], nil),
        (["WATCHDOG_USEC": "-1"], nil), (["WATCHDOG_USEC": "often"], nil), ([:], nil),
    ])
    func `it watches when it says how often, and means this process`(
        variables: [String: String],
        interval: Duration?
    ) throws {
        let environment = ["NOTIFY_SOCKET": directory.file("notify")].merging(variables) { $1 }
        let manager = try #require(ServiceManager(environment, process: 77, log: log))
        #expect(manager.watchdog == interval)
    }
}
