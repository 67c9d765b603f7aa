package import Basics

/// The content of a page for people as finished text.
///
/// It is written in two ways with the same words: into a template by the server, for the first view and for browsers
/// without JavaScript, and as JSON for the page's script, which inserts all values as text.
package struct PageContent: Sendable {
    /// The state of something.
    ///
    /// The text says it too, because not everyone can see colours.
    package enum State: String, Sendable {
        case ok, warn, bad
        /// Neither good nor bad.
        case none
    }

    /// A row of a list: pieces of text, each with its CSS class.
    package struct Row: Sendable {
        package var state: State
        package var cells: [(name: StaticString, text: String)]
        /// The length of a bar and of its whole, such as the bytes of an upload.
        package var progress: (done: Int, of: Int)?

        package init(
            state: State = .none,
            cells: [(name: StaticString, text: String)],
            progress: (done: Int, of: Int)? = nil
        ) {
            self.state = state
            self.cells = cells
            self.progress = progress
        }
    }

    /// Texts of the template, by the names in `{{name}}`.
    package var fields: [(name: StaticString, text: String)] = []
    /// Lists of the template, by the names in `{{list name}}`.
    package var lists: [(name: StaticString, rows: [Row])] = []

    package init() {}
}

extension PageContent {
    /// Writes the members `fields` and `lists` of an object.
    package func encode(into json: inout JSONWriter) {
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

    /// The document that a template becomes; all texts are escaped.
    ///
    /// - Parameter other: the markup for a place with any other first word, such as `{{chart events}}`.
    package func html(
        _ template: [UInt8],
        other: (_ kind: String, _ name: String) -> String? = { _, _ in nil }
    ) -> [UInt8] {
        var html: [UInt8] = []
        html.reserveCapacity(2 * template.count)
        var rest = String(decoding: template, as: UTF8.self)[...]
        while let start = rest.firstRange(of: "{{"), let end = rest[start.upperBound...].firstRange(of: "}}") {
            html += rest[..<start.lowerBound].utf8
            html += filling(of: rest[start.upperBound..<end.lowerBound], other).utf8
            rest = rest[end.upperBound...]
        }
        html += rest.utf8
        return html
    }

    private func filling(of place: Substring, _ other: (String, String) -> String?) -> String {
        let words = place.split(separator: " ").map { String($0) }
        guard words.count == 2 else {
            return (fields.first { "\($0.name)" == words.first }?.text ?? "").escapedForHTML
        }
        guard words[0] == "list" else { return other(words[0], words[1]) ?? "" }
        return lists.first { "\($0.name)" == words[1] }?.rows.map(Self.markup).joined() ?? ""
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

/// What all pages look like.
package enum PageLook {
    /// Colours, header, tiles, cards and lists; a page's own style sheet follows it.
    package static let style = PackageResources.page_css
    /// The icon in the browser's tab, SVG.
    package static let icon = PackageResources.page_svg

    /// The policy for a browser: styles, scripts, pictures and connections of the same service only.
    ///
    /// - Parameter hasForm: whether forms may be sent to the service.
    package static func policy(hasForm: Bool = false) -> String {
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
            + "frame-ancestors 'none'; base-uri 'none'; form-action \(hasForm ? "'self'" : "'none'")"
    }
}
