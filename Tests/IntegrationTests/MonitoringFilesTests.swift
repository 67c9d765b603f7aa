import Basics
import HTTP
import Simulation
import TestSupport
import Testing

/// The files under monitoring/: against promtool, the documents, and what the built connector shows.
struct MonitoringFilesTests {
    private static let root = "\(Fixture.testsDirectory)/.."
    private static let folder = "\(root)/monitoring"

    private let rules: [PrometheusRule]

    init() throws { rules = try PrometheusRule.read("\(Self.folder)/alerts.yml") }

    /// What `run`, `callerid run` and `calls run` show.
    private func exposition() async throws -> Exposition {
        Exposition(try await metricsOfRecords() + metricsOfCallerIDs() + metricsOfCalls())
    }

    private func metricsOfCallerIDs() async throws -> String {
        let directory = TemporaryDirectory()
        return try await metrics(
            ["callerid", "run"],
            // The metrics of Redis are there where the settings name one, also when it is away.
            environment: [
                "CALLERID_DIR": directory.file("callerid"), "API_PORT": "0", "AGI_PORT": "0",
                "REDIS_URL": "unix://\(directory.file("redis.sock"))",
            ],
            line: "caller IDs over HTTP url="
        )
    }

    /// The metrics of a service, whose log line ends with its URL.
    private func metrics(_ words: [String], environment: [String: String], line: String) async throws -> String {
        let process = try Subprocess.connector(words, environment: environment)
        let line = try await process.line(containing: line)
        let client = try HTTPClient()
        defer { client.shutDown() }
        let url = try #require(line.split(separator: "url=").last)
        let text = try await client.send(HTTPRequest(.get, "\(url)/metrics")).text
        process.terminate()
        #expect(try await process.exitStatus() == .exited(0))
        return text
    }

    private func metricsOfCalls() async throws -> String {
        let directory = TemporaryDirectory()
        return try await metrics(
            ["calls", "run"],
            // Nobody listens there.
            environment: [
                "CALLS_DB": directory.file("calls.db"), "CALLS_PORT": "0", "AMI_HOST": "127.0.0.1", "AMI_PORT": "9",
                "AMI_PASSWORD": "secret", "JWT_SECRET": "a-key-of-tokens-that-has-thirty-two-bytes",
                "REDIS_URL": "unix://\(directory.file("redis.sock"))",
            ],
            line: "calls over HTTP url="
        )
    }

    private func metricsOfRecords() async throws -> String {
        let site = try await SimulatedSite()
        let process = try await site.startOnline()
        try await site.pbx.play(calls: 2)
        let text = try await site.monitoring("/metrics", of: process)
        process.terminate()
        _ = try await process.exitStatus()
        await site.stop()
        return text
    }

    @Test func `dashboards, rules and their tests name nothing that the connector does not show`() async throws {
        let exposition = try await exposition()
        let queries = try Self.dashboards.map { try Dashboard("\(Self.folder)/\($0.file)").queries }
        #expect(exposition.samples.count > 60 && rules.count > 30)
        #expect(queries[0].count > 60 && queries[1].count > 25 && queries[2].count > 20)
        let foreign = Set(rules.filter { !$0.isAlert }.map(\.name)).union(["up", "ALERTS"])
        for rule in rules {
            let labels = rule.isAlert ? rule.templateLabels : []
            #expect(exposition.missing(in: rule.expression, labels: labels, foreign: foreign) == [], "\(rule.name)")
        }
        for query in queries.joined() {
            let missing = exposition.missing(in: query.expression, labels: query.legendLabels, foreign: foreign)
            #expect(missing == [], "\(query.panel)")
        }
        for series in try Self.testFiles.flatMap({ try Self.series(in: $0) }) {
            #expect(exposition.missing(in: series, foreign: foreign) == [], "\(series)")
        }
    }

    @Test func `what is not there is found`() {
        let exposition = Exposition("# HELP a b\na{kind=\"cdr\",le=\"0.5\"} 1\na{kind=\"cel\",le=\"0.5\"} 2\nb 3\n")
        let missing = { exposition.missing(in: $0, labels: $1, foreign: ["up"]) }
        for expression in [
            "a / on (instance) b", #"sum without (kind) (rate(a{kind="cdr",instance=~"$instance"}[5m])) > bool 0.5"#,
            #"a{kind=~"cdr|cel"} offset 5m"#, #"increase(a{kind!="cdr"}[$__rate_interval]) and b"#,
            #"up{job="x"} == 0"#,
        ] { #expect(missing(expression, []) == [], "\(expression)") }
        #expect(missing("rate(c_total[5m]) + b", []) == ["c_total"])
        #expect(missing(#"a{kind=~"cdr|cels"}"#, []) == ["a{kind=cels}"])
        #expect(missing(#"a{sort!="cdr"}"#, []) == ["a{sort=cdr}"])
        #expect(missing("sum by (sort, instance) (a)", []) == ["label sort"])
        #expect(missing("a + on () b", ["kind", "instance"]) == [])
        #expect(missing("b", ["kind"]) == ["label kind"])
    }

    @Test(arguments: [
        "check config prometheus.yml", "check rules alerts.yml", "test rules alerts_test.yml",
        "test rules alerts_long_test.yml",
    ])
    func `promtool is content`(arguments: String) async throws {
        let check = try Subprocess(arguments: ["sh", "-c", "cd '\(Self.folder)' && promtool \(arguments) 2>&1"])
        #expect(try await check.exitStatus() == .exited(0), "\(check.text(of: .output))")
    }

    @Test func `each alert says what to do, where to read on, and is tested`() throws {
        let headings = Set(
            try Self.text("docs/operations.md").split(separator: "\n").filter { $0.hasPrefix("#") }.map {
                Self.anchor($0)
            }
        )
        let tests = try Self.testFiles.map { try Self.text($0) }.joined()
        for alert in rules where alert.isAlert {
            #expect(["critical", "warning", "info"].contains(alert.severity), "\(alert.name)")
            #expect(!alert.value(of: "summary").isEmpty && alert.value(of: "description").count > 60, "\(alert.name)")
            #expect(alert.runbook == "docs/operations.md#\(alert.name.lowercased())")
            #expect(headings.contains(alert.name.lowercased()), "docs/operations.md has no entry \(alert.name)")
            #expect(tests.contains("- name: \(alert.name)"), "no test is named after \(alert.name)")
            #expect(
                tests.contains("alertname=\"\(alert.name)\"") || tests.contains("alertname: \(alert.name)\n"),
                "no test expects \(alert.name)"
            )
        }
    }

    @Test func `docs/monitoring.md has a row for each alert, with its severity and what operations.md says`() throws {
        let rows = try Self.text("docs/monitoring.md").split(separator: "\n").filter { $0.hasPrefix("| [Asterisk") }
            .map { $0.split(separator: " | ").prefix(2).joined(separator: " ") }
        let wanted = rules.filter(\.isAlert).map { rule in
            "| [\(rule.name)](operations.md#\(rule.name.lowercased())) \(rule.severity)"
        }
        #expect(rows == wanted)
    }

    /// The files of dashboards, with their rows.
    private static let dashboards = [
        (
            file: "grafana-dashboard.json",
            rows: [
                "Overview", "Connection to Asterisk", "Records", "Delivery to the API", "Spool", "Recordings",
                "Process",
            ]
        ),
        (
            file: "grafana-callerid.json",
            rows: [
                "Overview", "Requests", "Numbers", "FastAGI", "Disk", "Redis", "Database that numbers come from",
                "Process",
            ]
        ),
        (
            file: "grafana-calls.json",
            rows: ["Overview", "Calls", "Agents", "Connection to Asterisk", "Process"]
        ),
    ]

    @Test(arguments: dashboards)
    func `a dashboard has a place, a title, a description and a unit for each panel`(
        file: String,
        rows: [String]
    ) throws {
        let dashboard = try Dashboard("\(Self.folder)/\(file)")
        #expect(dashboard.schemaVersion >= 39)
        #expect(dashboard.rows == rows)
        #expect(Set(dashboard.panels.map(\.id)).count == dashboard.panels.count)
        var taken: Set<[Int]> = []
        for panel in dashboard.panels {
            #expect(!panel.title.isEmpty && panel.columns.upperBound <= 24)
            for line in panel.lines { for column in panel.columns { #expect(taken.insert([line, column]).inserted) } }
            guard panel.type != "row" else { continue }
            #expect(panel.description.hasSuffix("."), "\(panel.title)")
            #expect(panel.type == "state-timeline" || !panel.unit.isEmpty, "\(panel.title)")
        }
    }

    private static let testFiles = ["monitoring/alerts_test.yml", "monitoring/alerts_long_test.yml"]

    private static func text(_ name: String) throws -> String {
        String(decoding: try FileContents.read("\(root)/\(name)"), as: UTF8.self)
    }

    /// What a test of rules is fed with.
    private static func series(in name: String) throws -> [String] {
        try text(name).split(separator: "{series: '").dropFirst().map { part in String(part.prefix { $0 != "'" }) }
    }

    /// The anchor that a heading gets.
    private static func anchor(_ heading: Substring) -> String {
        let words = heading.drop { $0 == "#" || $0 == " " }.lowercased()
        return String(
            words.filter { $0.isLetter || $0.isNumber || $0 == " " || $0 == "-" }.map { $0 == " " ? "-" : $0 }
        )
    }
}
