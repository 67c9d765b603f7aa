/// All metrics of a process, in the order of their registration, and their text form for Prometheus (version 0.0.4).
package final class Registry: Sendable {
    package typealias Labels = [(name: String, value: String)]

    private enum Source: Sendable {
        case counter(Counter)
        case gauge(Gauge)
        case computed(@Sendable () -> Double)
        case histogram(Histogram)
    }

    private struct Sample: Sendable {
        let labels: [UInt8]
        let source: Source
    }

    private struct Family: Sendable {
        let name: String
        let help: String
        let type: String
        var samples: [Sample]
    }

    private let families = Lock<[Family]>([])

    package init() {}

    package func counter(_ name: String, _ help: String, _ labels: Labels = []) -> Counter {
        let counter = Counter()
        add(.counter(counter), name, help, "counter", labels)
        return counter
    }

    /// A counter that is kept elsewhere and read at each scrape.
    package func counter(
        _ name: String,
        _ help: String,
        _ labels: Labels = [],
        reading: @escaping @Sendable () -> Double
    ) {
        add(.computed(reading), name, help, "counter", labels)
    }

    /// One counter for each key, distinguished by one label.
    ///
    /// - Parameters:
    ///   - keys: a small closed set.
    ///   - value: the label's value for a key.
    package func counters<Key: Hashable>(
        _ name: String,
        _ help: String,
        _ label: String,
        over keys: some Collection<Key>,
        by value: (Key) -> String
    ) -> [Key: Counter] {
        Dictionary(uniqueKeysWithValues: keys.map { ($0, counter(name, help, [(label, value($0))])) })
    }

    /// One counter for each case, distinguished by one label with the raw value.
    package func counters<Key: CaseIterable & Hashable & RawRepresentable<String>>(
        _ name: String,
        _ help: String,
        _ label: String,
        over type: Key.Type
    ) -> [Key: Counter] {
        counters(name, help, label, over: type.allCases, by: \.rawValue)
    }

    package func gauge(_ name: String, _ help: String, _ labels: Labels = []) -> Gauge {
        let gauge = Gauge()
        add(.gauge(gauge), name, help, "gauge", labels)
        return gauge
    }

    /// A gauge whose value is read at each scrape.
    package func gauge(
        _ name: String,
        _ help: String,
        _ labels: Labels = [],
        reading: @escaping @Sendable () -> Double
    ) {
        add(.computed(reading), name, help, "gauge", labels)
    }

    package func histogram(_ name: String, _ help: String, _ labels: Labels = [], bounds: [Double]) -> Histogram {
        let histogram = Histogram(bounds: bounds)
        add(.histogram(histogram), name, help, "histogram", labels)
        return histogram
    }

    private func add(_ source: Source, _ name: String, _ help: String, _ type: String, _ labels: Labels) {
        let rendered = labels.map { "\($0.name)=\"\(Self.escaped($0.value))\"" }.joined(separator: ",")
        let sample = Sample(labels: Array(rendered.utf8), source: source)
        families.withLock { families in
            guard let index = families.firstIndex(where: { $0.name == name }) else {
                families.append(Family(name: name, help: help, type: type, samples: [sample]))
                return
            }
            precondition(families[index].type == type, "metric \(name) registered as two types")
            families[index].samples.append(sample)
        }
    }

    private static func escaped(_ value: String) -> String {
        String(
            value.flatMap { character -> String in
                switch character {
                case "\\": "\\\\"
                case "\"": "\\\""
                case "\n": "\\n"
                default: String(character)
                }
            }
        )
    }

    /// The text of all metrics, as Prometheus scrapes it.
    package func render() -> [UInt8] {
        var text: [UInt8] = []
        for family in families.withLock({ $0 }) {
            text.append(contentsOf: "# HELP \(family.name) \(family.help)\n# TYPE \(family.name) \(family.type)\n".utf8)
            for sample in family.samples { Self.append(sample, of: family.name, to: &text) }
        }
        return text
    }

    private static func append(_ sample: Sample, of name: String, to text: inout [UInt8]) {
        switch sample.source {
        case .counter(let counter): line(name, sample.labels, Double(counter.value), &text)
        case .gauge(let gauge): line(name, sample.labels, gauge.value, &text)
        case .computed(let reading): line(name, sample.labels, reading(), &text)
        case .histogram(let histogram):
            let snapshot = histogram.snapshot
            var total = 0
            let separator = sample.labels.isEmpty ? [] : [ASCII.comma]
            for (bound, count) in zip(histogram.bounds.map { "\($0)" } + ["+Inf"], snapshot.counts) {
                total += count
                line(name + "_bucket", sample.labels + separator + Array("le=\"\(bound)\"".utf8), Double(total), &text)
            }
            line(name + "_sum", sample.labels, snapshot.sum, &text)
            line(name + "_count", sample.labels, Double(total), &text)
        }
    }

    private static func line(_ name: String, _ labels: [UInt8], _ value: Double, _ text: inout [UInt8]) {
        text.append(contentsOf: name.utf8)
        if !labels.isEmpty {
            text.append(UInt8(ascii: "{"))
            text.append(contentsOf: labels)
            text.append(UInt8(ascii: "}"))
        }
        text.append(ASCII.space)
        if let whole = Int(exactly: value) {
            text.appendDecimal(whole)
        } else {
            text.append(contentsOf: value.isNaN ? "NaN".utf8 : "\(value)".utf8)
        }
        text.append(ASCII.newline)
    }
}
