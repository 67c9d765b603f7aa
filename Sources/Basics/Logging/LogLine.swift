/// One line of the log, as a value.
struct LogLine {
    let time: Timestamp
    let level: LogLevel
    let component: String
    let message: String
    let fields: [Logger.Field]

    /// The line with its newline.
    func bytes(as format: LogFormat) -> [UInt8] {
        switch format {
        case .text: text
        case .json: json
        }
    }

    /// Of the form `2026-11-21T01:32:05.888Z INFO ami: logged in host=127.0.0.1 port=5038`.
    private var text: [UInt8] {
        var bytes: [UInt8] = []
        appendTime(to: &bytes)
        bytes.append(ASCII.space)
        bytes.append(contentsOf: level.rawValue.utf8)
        bytes.append(ASCII.space)
        bytes.append(contentsOf: component.utf8)
        bytes.append(contentsOf: ": ".utf8)
        bytes.append(contentsOf: TerminalText.oneLine(message).utf8)
        for field in fields {
            bytes.append(ASCII.space)
            bytes.append(contentsOf: field.key.utf8)
            bytes.append(UInt8(ascii: "="))
            bytes.append(
                contentsOf: Self.isPlain(field.value) ? Array(field.value.utf8) : TerminalText.quoted(field.value)
            )
        }
        bytes.append(ASCII.newline)
        return bytes
    }

    /// Whether a value is unambiguous without quotes.
    private static func isPlain(_ value: String) -> Bool {
        !value.isEmpty
            && value.unicodeScalars.allSatisfy {
                $0 != "\"" && !$0.properties.isWhitespace && !TerminalText.isObeyed($0)
            }
    }

    private var json: [UInt8] {
        var time: [UInt8] = []
        appendTime(to: &time)
        var writer = JSONWriter(capacity: 256)
        writer.beginObject()
        writer.key("time")
        writer.string(time[...])
        writer.key("level")
        writer.string(level.rawValue)
        writer.key("component")
        writer.string(component)
        writer.key("message")
        writer.raw(TerminalText.quoted(message)[...])
        for field in fields {
            writer.key(Array(field.key.utf8)[...])
            writer.raw(TerminalText.quoted(field.value)[...])
        }
        writer.endObject()
        return writer.bytes + [ASCII.newline]
    }

    /// RFC 3339 in UTC with milliseconds.
    private func appendTime(to bytes: inout [UInt8]) {
        CivilTime(secondsSinceEpoch: time.seconds).append(to: &bytes, separator: UInt8(ascii: "T"))
        bytes.append(ASCII.dot)
        bytes.appendDecimal(time.fraction / 1000, width: 3)
        bytes.append(UInt8(ascii: "Z"))
    }
}
