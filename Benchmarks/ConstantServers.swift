import AGI
import Basics
import Daemon
import HTTP

/// Servers that answer `/next-cid` and the script `next-cid` with a constant: what the service's answers are compared
/// with.
enum ConstantServers {
    private struct Script: AGIHandler {
        let reply: AGIAnswer

        func answer(_ request: AGIRequest, variables: [String: String], reply: AGIReplyHandle) { reply(self.reply) }

        func fallback(for request: AGIRequest) -> AGIAnswer { reply }
    }

    /// Prints the ports, and serves until the process is killed.
    static func run() async throws {
        var options = HTTPServerOptions(.threads(2))
        options.connectionLimit = 1024
        let body = Array(
            """
            {"success":true,"caller_id":"2125551234","area_code":"212","carrier":"Example","reserved_for":1,\
            "destination":"2125559876","agent":"agent001","campaign":"sales"}
            """.utf8
        )
        let http = try HTTPServer(host: "127.0.0.1", port: 0, options: options) { _ in
            ServerResponse(status: 200, headers: ["Content-Type": "application/json"], body: body)
        }
        let reply = try AGIAnswer([
            ("CALLERID(num)", "2125551234"), ("CALLERID_AREA_CODE", "212"), ("CALLERID_CARRIER", "Example"),
            ("CALLERID_ROTATED", "1"), ("CALLERID_RESERVED_FOR", "1"), ("CALLERID_STATUS", "OK"),
        ])
        let log = Logger("constant", sink: LogSink(level: .warning))
        let agi = try AGIServer(.init(host: "127.0.0.1", port: 0), handler: Script(reply: reply), log: log)
        Terminal.write("constant http=\(http.port) agi=\(agi.port)\n", to: .output)
        try await agi.run()
        http.stop()
    }
}
