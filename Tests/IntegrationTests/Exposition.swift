/// What /metrics shows: the labels of each sample, by its name.
struct Exposition {
    typealias Labels = [String: String]

    private(set) var samples: [String: [Labels]] = [:]

    /// Of the text format 0.0.4, without escapes in the values of labels.
    init(_ text: String) {
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            let name = line.prefix { $0 != "{" && $0 != " " }
            let pairs = line.dropFirst(name.count).drop { $0 == "{" }.prefix { $0 != "}" }.split(separator: ",")
            var labels: Labels = [:]
            for pair in pairs where pair.contains("=") {
                let value = pair.drop { $0 != "\"" }.dropFirst().prefix { $0 != "\"" }
                labels[String(pair.prefix { $0 != "=" })] = String(value)
            }
            samples[String(name), default: []].append(labels)
        }
    }

    /// What of `expression` is not there.
    ///
    /// - Parameters:
    ///   - labels: used beside it, such as in a legend.
    ///   - foreign: metrics of others, which are not looked for.
    func missing(in expression: String, labels: [String] = [], foreign: Set<String>) -> [String] {
        let names = PromQLNames(expression)
        let selectors = names.selectors.filter { !foreign.contains($0.metric) }
        var missing = selectors.filter { samples[$0.metric] == nil }.map(\.metric)
        for selector in selectors {
            for matcher in selector.matchers where !Self.targetLabels.contains(matcher.label) {
                let known = values(of: matcher.label, in: selector.metric)
                missing += matcher.values.filter { !known.contains($0) }.map {
                    "\(selector.metric){\(matcher.label)=\($0)}"
                }
            }
        }
        guard selectors.count == names.selectors.count else { return missing }
        let known = selectors.flatMap { samples[$0.metric] ?? [] }.flatMap(\.keys)
        let used = Set(names.groupings + labels).subtracting(Self.targetLabels)
        return missing + used.subtracting(known).map { "label \($0)" }
    }

    /// What Prometheus adds to each sample.
    private static let targetLabels: Set = ["job", "instance"]

    private func values(of label: String, in metric: String) -> Set<String> {
        Set((samples[metric] ?? []).compactMap { $0[label] })
    }
}
