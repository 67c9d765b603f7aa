import AGI
import Basics

/// Compares `callerid run` with servers that answer a constant: rounds of each in turn, of which the best counts.
struct CallerIDLoad {
    private static let rounds = 3
    private static let duration = Duration.milliseconds(1500)

    /// Ports of the service, of `ConstantServers`, and of the plain server of FastAGI in C.
    let service: (http: UInt16, agi: UInt16)
    let constant: (http: UInt16, agi: UInt16)
    let echo: UInt16

    /// - Parameter words: the five ports.
    init?(_ words: [String]) {
        let ports = words.compactMap { UInt16($0) }
        guard ports.count == 5, words.count == 5 else { return nil }
        service = (ports[0], ports[1])
        constant = (ports[2], ports[3])
        echo = ports[4]
    }

    func run() throws {
        print(
            "",
            "rate/s",
            "p50 ms",
            "p99 ms",
            "errors",
            "of it",
            separator: "\t"
        )
        let http = [("callerid", service.http), ("constant answer", constant.http)]
        let agi = [("callerid", service.agi), ("constant answer", constant.agi), ("C, one write", echo)]
        try compare("HTTP, 100 kept connections", .http(keepsConnections: true), 100, http)
        try compare("HTTP, one at a time", .http(keepsConnections: true), 1, http)
        try compare("HTTP, a connection each, 50 at once", .http(keepsConnections: false), 50, http)
        try compare("FastAGI, 50 at once", .agi, 50, agi)
        try compare("FastAGI, one at a time", .agi, 1, agi)
    }

    private func compare(
        _ name: String,
        _ kind: LoadGenerator.Kind,
        _ connections: Int,
        _ servers: [(name: String, port: UInt16)]
    ) throws {
        var best = servers.map { _ in LoadGenerator.Result() }
        for _ in 0..<Self.rounds {
            for (index, server) in servers.enumerated() {
                let requests = Self.requests(kind)
                let load = LoadGenerator(kind: kind, port: server.port, connections: connections, requests: requests)
                let result = try load.run(for: Self.duration)
                let errors = best[index].errors + result.errors
                if best[index].seconds == 0 || result.rate > best[index].rate { best[index] = result }
                best[index].errors = errors
            }
        }
        print(name)
        for (index, server) in servers.enumerated() {
            let result = best[index]
            let ratio = index == 0 ? "" : Self.text(best[0].rate / result.rate)
            print(
                "  \(server.name)",
                "\(Int(result.rate))",
                Self.text(result.percentile(0.5)),
                Self.text(result.percentile(0.99)),
                "\(result.errors)",
                ratio,
                separator: "\t"
            )
        }
    }

    /// With three digits behind the point.
    private static func text(_ value: Double) -> String {
        let thousandths = Int((value * 1000).rounded())
        let rest = String(thousandths % 1000)
        return "\(thousandths / 1000)." + String(repeating: "0", count: 3 - rest.count) + rest
    }

    /// The same for all servers: calls to 64 area codes.
    private static func requests(_ kind: LoadGenerator.Kind) -> [[UInt8]] {
        (0..<64).map { index in
            let to = "\(200 + index)5559876"
            switch kind {
            case .http(let keepsConnections):
                let end = keepsConnections ? "" : "Connection: close\r\n"
                let target = "/next-cid?to=\(to)&campaign=sales&agent=agent001"
                return Array("GET \(target) HTTP/1.1\r\nHost: 127.0.0.1\r\n\(end)\r\n".utf8)
            case .agi: return AGIPeer(script: "next-cid", arguments: [to, "sales", "agent001"]).head
            }
        }
    }
}
