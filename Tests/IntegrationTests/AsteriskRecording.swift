import Basics
import Glibc
import Simulation

/// A recording that the API has received, and the file that Asterisk wrote.
struct AsteriskRecording {
    let received: ReceivedRecording
    /// Below the folder that Asterisk records into.
    let path: String
    /// The file, which the connector has put away.
    let bytes: [UInt8]
    /// When Asterisk last wrote to it, in seconds since 1970.
    let modified: Int

    /// Blocks.
    ///
    /// - Throws: `SystemError` when the file is not in `.processed` beside its old place.
    init(_ received: ReceivedRecording, in folder: String) throws(SystemError) {
        self.received = received
        path = String((received.fields["original_file_path"] ?? "").dropFirst(folder.count + 1))
        let parts = path.split(separator: "/")
        let shelved = "\(folder)/" + (parts.dropLast() + [".processed"] + parts.suffix(1)).joined(separator: "/")
        bytes = try FileContents.read(shelved)
        var status = stat()
        guard unsafe stat(shelved, &status) == 0 else { throw SystemError("stat", shelved) }
        modified = status.st_mtim.tv_sec
    }

    subscript(field: String) -> String? { received.fields[field] }

    /// In the form of Tests/Fixtures/asterisk-recordings.txt.
    var row: String {
        let form =
            path.replacing(/\d{10}\.\d+/, with: "ID").replacing(/\b20\d{6}-\d{6}\b/, with: "TIME")
            .replacing(/\bauto-\d{10}\b/, with: "auto-EPOCH").replacing(/\d{4}\/\d{2}\/\d{2}/, with: "DAY")
        let fields = ["src_number", "direction", "dst_number", "queue_name", "recording_type"]
        return (fields.map { self[$0] ?? "-" } + [form]).joined(separator: " ")
    }

    /// The local time in its name, in seconds since 1970 as if it were UTC.
    var timeInName: Int? {
        guard let digits = path.firstMatch(of: /\b(20\d\d)(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)\b/)?.output else {
            return nil
        }
        let text = "\(digits.1)-\(digits.2)-\(digits.3) \(digits.4):\(digits.5):\(digits.6)"
        return CivilTime(asterisk: Array(text.utf8)[...])?.secondsSinceEpoch
    }

    /// The moment that the name of one-touch recording has: auto-EPOCH-CALLER-CALLED.
    var epochInName: Int? {
        path.firstMatch(of: /\bauto-(\d{10})-/).flatMap { Int($0.output.1) }
    }

    /// How long Asterisk's formats make a file of this size, in whole seconds.
    var duration: Int? {
        switch path.split(separator: ".").last {
        case "wav": (bytes.count - 44) / 16000
        case "WAV": (bytes.count - 60) / 65 * 40 / 1000
        case "gsm": bytes.count / 33 * 20 / 1000
        case "sln": bytes.count / 16000
        default: nil
        }
    }
}
