import Basics

extension LivePage {
    /// The page for live.js: one JSON object on one line.
    package var json: [UInt8] {
        var json = JSONWriter(capacity: 8192)
        json.beginObject()
        json.key("fields")
        json.beginObject()
        for (name, text) in fields {
            json.key(name)
            json.string(text)
        }
        json.endObject()
        json.key("lists")
        json.beginObject()
        for (name, rows) in lists {
            json.key(name)
            json.beginArray()
            for row in rows { Self.encode(row, into: &json) }
            json.endArray()
        }
        json.endObject()
        json.key("chart")
        chart.encode(into: &json)
        json.endObject()
        return json.bytes
    }

    private static func encode(_ row: Row, into json: inout JSONWriter) {
        json.beginObject()
        json.key("state")
        json.string(row.state.rawValue)
        json.key("cells")
        json.beginArray()
        for (name, text) in row.cells where !text.isEmpty {
            json.beginArray()
            json.string("\(name)")
            json.string(text)
            json.endArray()
        }
        json.endArray()
        if let (done, whole) = row.progress {
            json.key("progress")
            json.beginArray()
            json.integer(done)
            json.integer(whole)
            json.endArray()
        }
        json.endObject()
    }

    /// The whole document, for the first view and for browsers without JavaScript.
    package var html: [UInt8] {
        let template = PackageResources.live_html
        var html: [UInt8] = []
        html.reserveCapacity(2 * template.count)
        var rest = String(decoding: template, as: UTF8.self)[...]
        while let start = rest.firstRange(of: "{{"), let end = rest[start.upperBound...].firstRange(of: "}}") {
            html += rest[..<start.lowerBound].utf8
            html += filling(of: rest[start.upperBound..<end.lowerBound]).utf8
            rest = rest[end.upperBound...]
        }
        html += rest.utf8
        return html
    }

    /// The text that replaces `{{name}}`, `{{list name}}` or `{{chart name}}`.
    private func filling(of place: Substring) -> String {
        let words = place.split(separator: " ").map { String($0) }
        switch (words.first, words.count) {
        case ("chart", 2): return chart.line(words[1])
        case ("list", 2): return lists.first { "\($0.name)" == words[1] }?.rows.map(Self.markup).joined() ?? ""
        default: return (fields.first { "\($0.name)" == words.first }?.text ?? "").escapedForHTML
        }
    }

    private static func markup(_ row: Row) -> String {
        let cells = row.cells.filter { !$0.text.isEmpty }
        var text = "<li data-state=\"\(row.state.rawValue)\">"
        for (name, cell) in cells { text += "<span class=\"\(name)\">\(cell.escapedForHTML)</span> " }
        if let (done, whole) = row.progress {
            let label = (cells.first?.text ?? "").escapedForHTML
            text += "<progress value=\"\(done)\" max=\"\(whole)\" aria-label=\"\(label)\"></progress>"
        }
        return text + "</li>"
    }
}
