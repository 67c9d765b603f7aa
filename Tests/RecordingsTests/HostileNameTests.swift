import AMI
import Basics
import CallRecords
import TestSupport
import Testing

@testable import Recordings

/// Names and arguments that no file has: what is made of them does not grow beyond them.
struct HostileNameTests {
    private static let size = 12 << 10

    private func total(_ parts: [[UInt8]]) -> Int { parts.reduce(0) { $0 + $1.count } }

    @Test(arguments: HostileInput.kinds)
    func `a name is read as a bounded number of UniqueIDs`(kind: HostileInput.Kind) {
        for size in [100, 250, 4000, Self.size] {
            let name = RecordingName(path: kind.bytes(size))
            #expect(name.possibleUniqueIDs.count <= RecordingName.mostReadings)
            #expect(total(name.possibleUniqueIDs) <= RecordingName.mostReadings * RecordingName.longestName)
        }
    }

    /// As 15 GB of memory for one CEL showed: a name of 240 KB with nothing but dashes before its UniqueID.
    @Test func `a CEL of 240 KB names no recording`() {
        let data = String(repeating: "-", count: 240 << 10) + "-1795224725.12.wav,b"
        let lines = ["Event: CEL", "EventName: APP_START", "Application: MixMonitor", "AppData: \(data)"]
        let message = AMIMessage(Array(lines.map { $0 + "\r\n" }.joined().utf8)[...])
        #expect(RecordingMention.mentions(inCEL: message) == [])
        #expect(RecordingName(path: Array(data.utf8)[...]).possibleUniqueIDs == [])
    }

    @Test func `of many readings the ones with the shortest names of a system are kept`() throws {
        let name = RecordingName(path: Array((String(repeating: "a-", count: 100) + "1795224725.12.wav").utf8)[...])
        #expect(name.possibleUniqueIDs.count == RecordingName.mostReadings)
        #expect(name.possibleUniqueIDs.last == name.uniqueID)
        #expect(name.possibleUniqueIDs.dropLast().last == Array("a-1795224725.12".utf8))
    }

    @Test(arguments: HostileInput.kinds)
    func `arguments name three files at most, and none larger than they are`(kind: HostileInput.Kind) {
        let bytes = kind.bytes(Self.size)
        for data in [bytes, (Array("a.wav,".utf8) + bytes)[...]] {
            let files = MixMonitorArguments(data).files
            #expect(files.count <= 3)
            #expect(total(files) <= data.count)
            #expect(CEscapes.removed(from: data).count <= data.count)
        }
    }

    @Test(arguments: HostileInput.kinds)
    func `an event mentions few recordings, and only such that can be files`(kind: HostileInput.Kind) throws {
        let value = kind.bytes(Self.size).filter { $0 != ASCII.newline }
        let many = (0..<900).map { "ChanVariable: MIXMONITOR_FILENAME=/m/\($0).wav\r\n" }.joined()
        for (head, tail) in [
            ("Event: CEL\r\nEventName: APP_START\r\nApplication: MixMonitor\r\nUniqueID: 1.1\r\nAppData: ", ""),
            ("Event: CEL\r\nEventName: APP_START\r\nApplication: MixMonitor\r\nAppData: a.wav\r\nUniqueID: ", ""),
            ("Event: Hangup\r\nUniqueID: 1.1\r\nChanVariable: MIXMONITOR_FILENAME=", ""),
            ("Event: Hangup\r\nLinkedID: ", many), ("Event: Cdr\r\nUniqueID: 1.1\r\nUserField: ", ""),
            ("Event: Cdr\r\nUserField: a.wav;b.wav\r\nUniqueID: ", ""), ("Event: Cdr\r\nRecordingFile: ", ""),
        ] {
            let message = AMIMessage((Array(head.utf8) + value + Array("\r\n\(tail)".utf8))[...])
            var mentions = RecordingMention.mentions(inCEL: message)
            mentions += RecordingMention.mentions(inChannelEvent: message)
            var builder = RecordBuilder(hostname: "pbx", zone: nil)
            if case .record(_, let cdr?) = builder.outcome(of: message, Receipt(at: .now()), at: .now) {
                mentions += RecordingMention.mentions(inCDR: cdr)
            }
            #expect(mentions.count <= RecordingMention.most, "\(head)")
            let bytes = mentions.reduce(0) { $0 + $1.path.count + $1.uniqueID.count + $1.linkedID.count }
            #expect(bytes <= RecordingMention.most * (RecordingName.longestPath + 2 * RecordingMention.longestID))
            for mention in mentions {
                #expect(RecordingName.isPossible(mention.path[...]))
                _ = mention.isTold(by: RecordingName(path: mention.path[...]))
            }
        }
    }

    @Test(arguments: [0, 1, 44, 1 << 32, 1 << 53, Int.max - 1, .max])
    func `audio of any size has a length`(size: Int) throws {
        for format in ["wav", "gsm", "ulaw", "sln192", "g729", "mp3", "x"] {
            let head = AudioSample.wav(data: 16000)
            let length = AudioFormat(pathExtension: Array(format.utf8)[...]).duration(head: head[...], size: size)
            #expect(length ?? .zero >= .zero)
        }
        let plain = AudioFormat.plain(bytesPerSecond: 8000)
        #expect(plain.duration(head: [], size: 8 << 40) == .milliseconds(1_099_511_627_776))
    }
}
