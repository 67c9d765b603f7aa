import Basics

/// The lines and the scale of the chart of the last minutes; live.js draws the same chart from the same figures.
struct LiveChart: Sendable {
    let events: [Double]
    let received: [Double]
    let delivered: [Double]
    let waiting: [Int]
    /// The value at the upper edge, in events or records a second.
    let top: Int
    /// The value at the upper edge for waiting records.
    let waitingTop: Int

    private static let width = 598
    private static let step = 2

    init(_ points: [LiveHistory.Point]) {
        events = points.map(\.events)
        received = points.map(\.received)
        delivered = points.map(\.delivered)
        waiting = points.map(\.waiting)
        top = Self.rounded(max(events.max() ?? 0, received.max() ?? 0, delivered.max() ?? 0))
        waitingTop = Self.rounded(Double(waiting.max() ?? 0))
    }

    /// The smallest of 10, 20, 50, 100 and so on that is at least `value`.
    private static func rounded(_ value: Double) -> Int {
        var decade = 10
        while Double(decade) < value, decade < 1_000_000_000 {
            for factor in [2, 5] where Double(decade * factor) >= value { return decade * factor }
            decade *= 10
        }
        return decade
    }

    /// The points of a line in SVG; an area begins and ends at the bottom.
    func line(_ name: String) -> String {
        switch name {
        case "events": Self.line(events, top, height: 160, isArea: true)
        case "received": Self.line(received, top, height: 160, isArea: false)
        case "delivered": Self.line(delivered, top, height: 160, isArea: false)
        case "waiting": Self.line(waiting.map { Double($0) }, waitingTop, height: 40, isArea: true)
        default: ""
        }
    }

    private static func line(_ values: [Double], _ top: Int, height: Int, isArea: Bool) -> String {
        guard !values.isEmpty else { return "" }
        let first = width - step * (values.count - 1)
        var points = values.enumerated().map { index, value in
            let tenths = Int((Double(height) * (1 - value / Double(top)) * 10).rounded())
            return "\(first + step * index),\(tenths / 10).\(tenths % 10)"
        }
        if isArea { points = ["\(first),\(height)"] + points + ["\(width),\(height)"] }
        return points.joined(separator: " ")
    }

    func encode(into json: inout JSONWriter) {
        json.beginObject()
        json.key("top")
        json.integer(top)
        json.key("waiting_top")
        json.integer(waitingTop)
        for (name, values) in [("events", events), ("received", received), ("delivered", delivered)] {
            json.key(Array(name.utf8)[...])
            json.beginArray()
            for value in values { json.number(value) }
            json.endArray()
        }
        json.key("waiting")
        json.beginArray()
        for value in waiting { json.integer(value) }
        json.endArray()
        json.endObject()
    }
}
