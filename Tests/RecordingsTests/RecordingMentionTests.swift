import AMI
import Basics
import CallRecords
import Testing

@testable import Recordings

struct RecordingMentionTests {
    private func message(_ lines: String...) -> AMIMessage {
        AMIMessage(Array(lines.map { $0 + "\r\n" }.joined().utf8)[...])
    }

    private func mixMonitor(_ data: String, event: String = "APP_START") -> AMIMessage {
        message(
            "Event: CEL",
            "EventName: \(event)",
            "Application: MixMonitor",
            "AppData: \(data)",
            "UniqueID: 1795224725.2",
            "LinkedID: 1795224725.1"
        )
    }

    private func paths(_ mentions: [RecordingMention]) -> [String] { mentions.map { $0.path[...].text } }

    /// The CDR of an event, by the way it takes.
    private func cdr(_ lines: String...) throws -> CDR {
        var builder = RecordBuilder(hostname: "pbx", zone: nil)
        let event = AMIMessage(Array((["Event: Cdr"] + lines).map { $0 + "\r\n" }.joined().utf8)[...])
        guard case .record(_, let cdr?) = builder.outcome(of: event, Receipt(at: .now()), at: .now) else {
            throw CancellationError()
        }
        return cdr
    }

    /// What Asterisk 22.10.1 made of these, by the files that were there afterwards.
    @Test(arguments: [
        ("2026/11/20/a-1.0.wav,b,echo ^{MIXMONITOR_FILENAME} >> log", ["2026/11/20/a-1.0.wav"]), ("noext", ["noext"]),
        ("\"quoted,comma\".wav", ["quoted,comma.wav"]), (#"par(a,b)and\\back.wav,"#, [#"par(a,b)and\back.wav"#]),
        (
            "/mnt/abs it's \"q\".gsm,r(rx-1.4.wav)t(tx-1.4.wav)",
            ["/mnt/abs it's q.gsm", "rx-1.4.wav", "tx-1.4.wav"]
        ), (",r(in.wav)", ["in.wav"]), ("a[1,2].wav,aS(3)bi(VAR)r(x)", ["a[1,2].wav", "x"]), ("", []), (",", []),
        ("a.wav,r(", ["a.wav"]), ("a)].wav", ["a)].wav"]), ("\\", []),
    ])
    func `the files are taken out of the arguments as Asterisk does it`(data: String, files: [String]) {
        #expect(paths(RecordingMention.mentions(inCEL: mixMonitor(data))) == files.filter { !$0.isEmpty })
    }

    @Test(arguments: [
        ("Monitor", "wav,calls/a-1.0,m", ["calls/a-1.0", "calls/a-1.0-in", "calls/a-1.0-out"]),
        ("Monitor", "wav49:https://x/y,/abs/\"a,b\"", ["/abs/a,b", "/abs/a,b-in", "/abs/a,b-out"]),
        ("monitor", ",a", ["a", "a-in", "a-out"]), ("Monitor", "wav", []), ("Monitor", "", []),
        ("ChangeMonitor", "b,x", ["b", "b-in", "b-out"]), ("ChangeMonitor", "", []), ("StopMonitor", "b", []),
    ])
    func `Monitor of Asterisk 16 to 20 names its files, both sides and the mix`(
        application: String,
        data: String,
        files: [String]
    ) {
        let event = message(
            "Event: CEL",
            "EventName: APP_START",
            "Application: \(application)",
            "AppData: \(data)",
            "UniqueID: 1795224725.2",
            "LinkedID: 1795224725.1"
        )
        let mentions = RecordingMention.mentions(inCEL: event)
        #expect(paths(mentions) == files)
        #expect(mentions.allSatisfy { $0.isCertain && $0.uniqueID == Array("1795224725.2".utf8) })
    }

    @Test func `the start of MixMonitor names the channel for certain`() throws {
        let mention = try #require(RecordingMention.mentions(inCEL: mixMonitor("a.wav")).first)
        #expect(mention.uniqueID == Array("1795224725.2".utf8))
        #expect(mention.linkedID == Array("1795224725.1".utf8))
        #expect(mention.isCertain)
        #expect(RecordingMention.mentions(inCEL: mixMonitor("a.wav", event: "APP_END")) == [])
        #expect(RecordingMention.mentions(inCEL: message("Event: CEL", "Application: Dial", "AppData: a.wav")) == [])
    }

    @Test func `a name of any bytes is kept as it is`() {
        var bytes = Array("Event: CEL\r\nEventName: APP_START\r\nApplication: MixMonitor\r\nAppData: ".utf8)
        bytes += [0xff, 0x27, 0xc3] + Array(".wav\r\nUniqueID: 1.1\r\n".utf8)
        #expect(
            RecordingMention.mentions(inCEL: AMIMessage(bytes[...])).map(\.path) == [[0xff, 0x27, 0xc3] + ".wav".utf8]
        )
    }

    @Test func `the variable in an event of the channel names it too, with its escapes removed`() {
        let hangup = message(
            "Event: Hangup",
            "Uniqueid: 1795224725.2",
            "Linkedid: 1795224725.1",
            "ChanVariable: OTHER=/m/b.wav",
            #"ChanVariable: MIXMONITOR_FILENAME=/m/it\'s a=\\\"q\"\t.wav"#,
            "ChanVariable: MIXMONITOR_FILENAME="
        )
        let mentions = RecordingMention.mentions(inChannelEvent: hangup)
        #expect(paths(mentions) == ["/m/it's a=\\\"q\"\t.wav"])
        #expect(mentions.first?.isCertain == true)
        #expect(mentions.first?.linkedID == Array("1795224725.1".utf8))
    }

    @Test func `a CDR names it by a mapped recordingfile or in its userfield, and not for certain`() throws {
        let mapped = try cdr("UniqueID: 1.1", "linkedid: 1.0", "recordingfile: out-5.wav", "UserField: campaign-7")
        let mentions = RecordingMention.mentions(inCDR: mapped)
        #expect(paths(mentions) == ["out-5.wav"])
        #expect(mentions.first?.isCertain == false)
        #expect(mentions.first?.linkedID == Array("1.0".utf8))
        #expect(paths(RecordingMention.mentions(inCDR: try cdr("UserField: x;2026/a b.WAV"))) == ["2026/a b.WAV"])
        #expect(RecordingMention.mentions(inCDR: try cdr("UserField: wav", "RecordingFile: ")) == [])
    }

    @Test(arguments: [
        ("a-1795224725.2.wav", true, "1795224725.2", "", true),
        ("a-1795224725.2.wav", true, "1795224725.2", "x", false),
        ("a-1795224725.2.wav", true, "1795224725.2", "1795224725.2", true),
        ("a-1795224725.1.wav", true, "1795224725.2", "1795224725.1", false),
        ("a-1795224725.1.wav", false, "1795224725.2", "1795224725.1", true),
        ("a-1795224725.2.wav", false, "1795224725.2", "1795224725.1", true),
        ("a.wav", false, "1795224725.2", "", false),
        ("pbx-1795224725.2.wav", true, "pbx-1795224725.2", "", true),
    ])
    func `what the name of the file says as well need not be remembered`(
        path: String,
        isCertain: Bool,
        uniqueID: String,
        linkedID: String,
        isTold: Bool
    ) throws {
        let mentions =
            isCertain
            ? RecordingMention.mentions(
                inChannelEvent: message(
                    "Event: Hangup",
                    "UniqueID: \(uniqueID)",
                    "LinkedID: \(linkedID)",
                    "ChanVariable: MIXMONITOR_FILENAME=\(path)"
                )
            )
            : RecordingMention.mentions(
                inCDR: try cdr("UniqueID: \(uniqueID)", "LinkedID: \(linkedID)", "RecordingFile: \(path)")
            )
        let mention = try #require(mentions.first)
        #expect(mention.isTold(by: RecordingName(path: mention.path[...])) == isTold)
    }
}
