import Glibc
import TestSupport
import Testing

@testable import Basics

struct ThreadIDTests {
    @Test(arguments: [
        ("running\n", ThreadID.Activity.running),
        ("75 0x4 0x0 0x0 0x0 0x0 0x0 0x7ffe 0x7f67\n", .waitsForSystem),
        ("-1 0x7ffe 0x7f67\n", .waitsForSystem), ("", .waitsForSystem),
    ])
    func `what the kernel writes is understood`(line: String, activity: ThreadID.Activity) {
        #expect(ThreadID.activity(Array(line.utf8)) == activity)
    }

    @Test func `a thread that is gone, or whose state is unknown, counts as waiting for the system`()
        async throws
    {
        let id = try await Thread.run("short") { ThreadID.current }
        await #expect(throws: Never.self) {
            try await eventually("the thread is gone") {
                unsafe access("/proc/self/task/\(id)", F_OK) != 0 && id.activity == .waitsForSystem
            }
        }
    }

    @Test func `a thread that the system refuses is an error that says what to raise`() async throws {
        let error = #expect(throws: SystemError.self) {
            // No machine has this much address space.
            try Thread.detach("large", stackBytes: 1 << 60) { Issue.record("it began") }
        }
        #expect(error.map { "\($0)".contains("raise ulimit -u or -v") } == true)
        try Thread.require(4)
    }

    @Test func `a worker without work waits for a thread, one in a system call for the system`() async throws {
        let wakeup = try EventFD()
        let actor = try Sleeper()
        try await eventually("it sleeps") { actor.worker.activity == .waitsForThread }
        async let woken: Void = actor.sleep(until: wakeup)
        try await eventually("it polls") { actor.worker.activity == .waitsForSystem }
        wakeup.signal()
        await woken
    }

    private actor Sleeper {
        let worker: Worker

        init() throws { worker = try Worker("sleeper") }

        nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe worker.asUnownedSerialExecutor() }

        func sleep(until wakeup: EventFD) { _ = Poll.wait(for: .read, on: wakeup.descriptor) }
    }
}
