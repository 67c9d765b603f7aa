import Basics
import Glibc
import TestSupport
import Testing

@testable import Voicemail

@Suite(.timeLimit(.minutes(5)))
struct WaitingMailsTests {
    private let directory = TemporaryDirectory()
    private let gauge = Gauge()

    private func write(_ name: String) throws { try FileContents.write([1], to: directory.file(name)) }

    @Test func `mails that wait are counted, whole and broken off, and nothing else in the folder`() async throws {
        for name in ["1-1-1.eml", "2-1-1.eml", "2-1-1.eml.tries", "2-1-1.eml.new", "3-1-1.part", "slot-1", "flush"] {
            try write(name)
        }
        let service = Task { try await WaitingMails(in: directory.path, gauge, interval: .milliseconds(1)).run() }
        try await eventually("they are counted") { gauge.value == 3 }
        try write("4-1-1.eml")
        try await eventually("another one is counted") { gauge.value == 4 }
        service.cancel()
        await #expect(throws: CancellationError.self) { try await service.value }
    }

    @Test func `a folder that is not there is no number, not none`() async throws {
        gauge.value = 7
        let service = Task { try await WaitingMails(in: directory.file("none"), gauge, interval: .seconds(60)).run() }
        try await eventually("it is known") { gauge.value.isNaN }
        service.cancel()
        _ = await service.result
    }
}
