import Basics
import Daemon

extension LivePage {
    /// The page for live.js: one JSON object on one line.
    package var json: [UInt8] {
        var json = JSONWriter(capacity: 8192)
        json.beginObject()
        content.encode(into: &json)
        json.key("chart")
        chart.encode(into: &json)
        json.endObject()
        return json.bytes
    }

    /// The whole document, for the first view and for browsers without JavaScript.
    package var html: [UInt8] {
        content.html(PackageResources.live_html) { kind, name in kind == "chart" ? chart.line(name) : nil }
    }
}
