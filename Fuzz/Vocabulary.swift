import FuzzTargets

/// Words that the parsers recognise.
enum Vocabulary {
    static let headers = [
        "UniqueID", "LinkedID", "Timestamp", "StartTime", "AnswerTime", "EndTime", "Duration", "BillableSeconds",
        "StartEpoch", "AnswerEpoch", "EndEpoch", "Disposition", "AMAFlags", "Source", "Destination",
        "DestinationContext", "CallerID", "Channel", "DestinationChannel", "LastApplication", "LastData", "UserField",
        "AccountCode", "Sequence", "TenantID", "RecordingFile", "EventName", "EventTime", "Application", "AppData",
        "Extra", "Peer", "Context", "Exten", "CallerIDdnid", "ChanVariable", "Privilege", "Event", "Response",
        "ActionID", "X",
    ]

    private static let times = [
        "2026-11-21 01:32:05", "2026-11-20 20:32:05", "2026-11-21 15:32:10", "0000-01-01 00:00:00",
        "9999-12-31 23:59:60", "1970-01-01 00:00:00", "2026-03-08 02:30:00", "", "2026-13-01 00:00:00",
    ]
    private static let numbers = [
        "0", "1", "5", "3600", "-1", "9223372036854775807", "-9223372036854775807", "-9223372036854775808",
        "4294967296", "", "99999999999999999999", "1e3", "0007",
    ]
    private static let epochs = [
        "1795224725.888087", "1795224725", "0.000000", "253402300799.999999", "1", "9223372036854775807.999999", "",
    ]
    private static let ids = [
        "1795224725.2", "pbx-1795224725.2", "1795224725.1", "a-b-c-1795224725.7", "1.1", "", "9999999999.9", "N/A",
    ]
    private static let texts = [
        "", "a.wav,br(in.wav)t(out.wav),cmd", "MIXMONITOR_FILENAME=/m/a\\tb.wav", "{\"parking_lot\":\"p\"}",
        "{\"transferee_channel_uniqueid\":\"1795224725.2\"}", "{}", "{\"a\":1,\"a\":2}", "\"name\\\" -\" <201>",
        "PJSIP/201-0000001f,PJSIP/202-00000020", "sales,t,,,30", "from-internal", "*97", "+14165551234", "s", "h",
        "a.wav;b.wav", "\u{fffd}", "é", "\u{7f}\u{1}", "---------",
    ]

    static func values(of header: String) -> [String] {
        switch header.lowercased() {
        case "starttime", "answertime", "endtime", "eventtime": times
        case "duration", "billableseconds", "sequence", "amaflags": numbers
        case "timestamp", "startepoch", "answerepoch", "endepoch": epochs
        case "uniqueid", "linkedid": ids
        case "event": ["Cdr", "CEL", "cdr", "Newchannel", "Hangup", "MixMonitorStart", "X"]
        case "eventname":
            [
                "APP_START", "CHAN_START", "BRIDGE_ENTER", "PARK_START", "BLINDTRANSFER", "ATTENDEDTRANSFER",
                "LINKEDID_END", "HANGUP",
            ]
        case "application", "lastapplication": ["MixMonitor", "Queue", "Dial", "AttendedXfer", ""]
        case "disposition": ["ANSWERED", "NO ANSWER", "BUSY", "FAILED", "CONGESTION"]
        default: texts + ids + numbers
        }
    }

    static func words(for target: FuzzTarget) -> [String] {
        switch target {
        case .ami: ["\r\n", "\r\n\r\n", "\n\n", ": ", "Event: Cdr\r\n", "Event: CEL\r\n", "Privilege: cdr,all\r\n"]
        case .agi:
            [
                "\n", "\n\n", "agi_network: yes\n", "agi_network_script: s?a=%41+b\n", "agi_arg_1: x\n", "HANGUP\n",
                "200 result=1\n", "200 result=1 (", ")\n", "200 result=-1\n", "510 \n", "511 \n", "520-\n",
                "520 End of proper usage.\n", "SET VARIABLE ", "GET VARIABLE ", "\"", "\\",
            ]
        case .names:
            [
                "-", "_", "/", ".", ".wav", "1795224725.12", "20261121-013205", "2026-11-21-01-32-05", "queue-",
                "/queues/", "in-", "r(", "t(", ")", ",", "\"", "\\", "[", "RIFF", "WAVE", "fmt ", "data", "ID3",
                "\u{0}\u{0}\u{0}\u{0}",
            ]
        case .json:
            [
                "{", "}", "[", "]", "\"", ":", ",", "\"a\":", "\\u0041", "\\ud83d\\ude00", "\\ud800", "\\", "1e308",
                "-0", "0.1", "9223372036854775807", "true", "false", "null", "\"uniqueid\":\"1.1\"", "\"seen\":1", " ",
                "1e999", "12345678901234567890",
            ]
        case .answers:
            [
                "\n", "Sun, 06 Nov 1994 08:49:37 GMT", "120", "99999999999999999999", "{\"queued_count\":1}", "-1",
                "416-555-1234", "+1 416 555 1234", "(416) 555-1234", "20261121-013205", "1795224725.12", "deadbeef",
                "00000001", "error:", "12:34:56.789", "<html>", "14165551234", "-0000001f",
                "123e4567-e89b-12d3-a456-426614174000", "0123456789abcdef0123456789abcdef",
            ]
        case .control:
            [
                "GET\n", "POST\n", "/spool", "/gaps", "/dead-letters", "/recordings", "/retry", "/drop", "/known",
                "/books", "/body", "\nafter=1", "\nlimit=5", "\nstate=waiting", "\nstate=parked", "\n\n",
                "{\"ids\":[1]}", "{\"looks\":[[1,2,3,4]]}", "9223372036854775807", "-1", "%2f",
            ]
        case .redis:
            [
                "\r\n", "*1\r\n", "*3\r\n", "*0\r\n", "*-1\r\n", "$-1\r\n", "$0\r\n\r\n", "$1\r\nx\r\n", "+OK\r\n",
                "-NOSCRIPT\r\n", ":1\r\n", ":-9223372036854775808\r\n", "*2147483647\r\n", "$9223372036854775807\r\n",
                "$512\r\n", "*20\r\n",
            ]
        case .rows: ["\"", "\"\"", ",", "\n", "\r\n", "\r", "\",\"", "a", String(repeating: "b", count: 40)]
        case .configuration:
            [
                "=", "\n", "#", "'", "\"", "\\n", "export ", "API_URL=", "API_KEY=", "AMI_HOST=", "AMI_PORT=",
                "SPOOL_DIR=", "CDR_BATCH_SIZE=", "AMI_PASSWORD_FILE=", "RECORDING_WATCH_PATHS=", "LOG_LEVEL=",
                "https://a:b@c:1/d", "99999999999999999999", "-1", "true", "\u{0}", "{\"ami\":{", "\"host\":",
                "\"api\":{", "\"url\":", "}", "[", "]", ",", "null", "from-*", "CONTEXT_INTERNAL=",
            ]
        case .numbers:
            [
                "caller_id", ",", ";", "\t", "\n", "\r\n", "\"", "\"\"", "#", "2125551234", "+1 (212) 555-1234", "-1",
                "'=",
                "auto", "true", "is_default", "trunk", "route_number", "call_type", "area_code", "\u{feff}",
            ]
        case .websocket:
            [
                "\u{1}a\n", "\n\u{9}ping\n", "\u{0}\n", "\n\u{8}", "\u{2}", "\u{81}", "\u{fe}", "\u{ff}", "\u{e9}",
                "\u{7f}\u{0}\u{0}\u{0}\u{0}", "\u{3}\u{e8}", "\u{fe}\u{0}\u{7e}",
            ]
        case .socketio:
            [
                "40", "41", "42[\"a\",", "421[", "431[", "44{", "451-", "0/admin,", "\u{1e}", "{\"token\":\"T\"}", "]",
                "2",
                "3", "5", "6", "b/w==", "999999999999999", "\\ud800", "1e999",
            ]
        case .tokens:
            [
                "{", "}", "\"exp\":1800000060", "\"nbf\":", "\"role\":\"viewer\"", "\"admin\":true", "\"sub\":\"",
                ",", "1e300", "-1", "1e999", ".", "eyJhbGciOiJIUzI1NiJ9", "eyJhbGciOiJub25lIn0", "\"alg\":\"none\"",
            ]
        }
    }
}
