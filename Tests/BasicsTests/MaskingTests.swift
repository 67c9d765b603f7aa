import Basics
import Testing

struct MaskingTests {
    @Test(arguments: [
        ("4165551234", "******1234"), ("5551234", "***1234"), ("src=15145550199 dst=101", "src=*******0199 dst=101"),
        ("+1514555,5550199", "+***4555,***0199"), ("SIP/4165551234@trunk-0000002a", "SIP/******1234@trunk-0000002a"),
        ("PJSIP/trunk14165551234-00000007", "PJSIP/trunk*******1234-00000007"),
        ("Local/0049301234567@out", "Local/*********4567@out"), ("/m/in-4165551234.wav", "/m/in-******1234.wav"),
        (
            "out-101-4165551234-20261121-013205-1795224725.12.wav",
            "out-101-******1234-20261121-013205-1795224725.12.wav"
        ),
        (#"{"clid":"\"Ann\" <+14165551234>"}"#, #"{"clid":"\"Ann\" <+*******1234>"}"#),
        ("sip%3A%2B14165551234%40host", "sip%3A%2B*******1234%40host"), ("٤١٦٥٥٥١٢٣٤", "******١٢٣٤"),
        ("number 4165551234. Next", "number ******1234. Next"), ("4165551234.1", "******1234.1"),
        ("12345678901234567890123456789012", "****************************9012"),
        ("20261399-013205", "****1399-013205"), ("+14165551234 bytes", "+*******1234 bytes"),
        ("4165551234 bytesome", "******1234 bytesome"), ("4165551234 out of order", "******1234 out of order"),
        ("4165551234 out of 2 calls", "******1234 out of 2 calls"), ("4165551234  bytes", "******1234  bytes"),
    ])
    func `of a caller's number the last four digits are left`(text: String, masked: String) {
        #expect(Masking.masked(text) == masked)
    }

    @Test(arguments: [
        ("416-555-1234", "***-***-1234"), ("(416) 555-1234", "(***) ***-1234"), ("416.555.1234", "***.***.1234"),
        ("1 (416) 555-1234", "* (***) ***-1234"), ("+1 416 555 1234", "+* *** *** 1234"),
        ("+44 20 7946 0958", "+** ** **** 0958"), ("+49 (30) 123456-78", "+** (**) ****56-78"),
        ("out-416-555-1234-101-x", "out-***-***-1234-101-x"), ("+4930/1234567", "+4930/***4567"),
        // All groups after a `+` are one number: otherwise its last digits could be the first ones of another number.
        ("+1 416 555 3(46)5-04(416) 555-1234", "+* *** *** *(**)*-**(***) ***-1234"),
        ("+1 2 3 4 5 6 7 416 555 1234", "+* * * * * * * *** *** 1234"),
    ])
    func `a number with separators is one number`(text: String, masked: String) {
        #expect(Masking.masked(text) == masked)
    }

    @Test(arguments: [
        "", "101", "ext 201 and 123456", "1795224725.12", "pbx1-1795224725.1234567", "2026-11-21T01:32:05.888087Z",
        "2026-11-21 01:32:05.888087123", "2026-11-21T01:32:05+0100", "20261121T013205Z", "20261121013205",
        "0f253a1eb14503f3ad64f982078c316b", "e6c22360-a264-4af4-9bf5-e28df0f2ca90",
        "12345678-1234-1234-1234-1234567890ab",
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "127.0.0.1:5038", "192.168.100.200",
        "error:80000002:system library::No such file", "error:0A000086:SSL routines", "SIP/101-00000012",
        "Local/s@sink-00000001;1", "it belongs to 1000:1000 with mode 0600", "Asterisk Call Manager/11.0.0",
        "transfer closed with 10485760 bytes remaining to read", "1048576 out of 10485760 bytes received",
        "timed out after 1234567 milliseconds", "HTTP 401; check API_KEY", "[2001:db8::1]:5038",
        "1-1-1-1-1-1-1-1-1-1-1-1",
    ])
    func `text that only resembles a number stays`(text: String) {
        #expect(Masking.masked(text) == text)
    }

    @Test func `a number is masked in any surroundings`() {
        let around = [
            "", " ", "-", ".", "/", "x", "+", "(", ")", ":", "\"", "\\u0022", "é", "\n", "=", "000", "error:", "T",
        ]
        for before in around {
            for behind in around {
                let shown = Masking.masked(before + "4165551234" + behind)
                #expect(!shown.contains("41655512") && shown.count == before.count + 10 + behind.count, "\(shown)")
            }
        }
    }

    /// Pieces that look like numbers, and pieces that do not, joined at random: each may change how its neighbours are
    /// read.
    @Test func `what is masked already stays as it is`() {
        let pieces = [
            "4165551234", "416-555-1234", "(416) 555-1234", "+1 416 555 1234", "+", "1", "12", "555", "1234567",
            "0f253a1eb14503f3ad64f982078c316b", "50123456789abcd65551234141655512", "abcd65551234141655512",
            "12345678-1234-1234-1234-1234567890ab", "-1234-1234-1234-1234567890ab", "error:80000002", "-0001234",
            "20261121-013205", "20261121013205", "1795224725.12", "01:32:05.888087", ".8880871", " bytes", " ms",
            " out of ", " ", "-", ".", "(", ")", ":", "a", "x", "_", "٤١٦",
        ]
        var generator = SplitMix64(seed: 11)
        for _ in 0..<10_000 {
            let text = (0..<generator.pick(1...9)).map { _ in pieces[generator.pick(0...pieces.count - 1)] }.joined()
            let masked = Masking.masked(text)
            #expect(Masking.masked(masked) == masked, "\(text)")
        }
    }

    @Test func `long text of digits and separators costs no more than its length asks for`() {
        let text = String(repeating: "1-", count: 50_000)
        #expect(Masking.masked(text) == text)
    }
}
