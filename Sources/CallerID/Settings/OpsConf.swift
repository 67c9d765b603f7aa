import Basics
import Daemon

/// The file OPS.conf of the older switch: the settings in its section `[global]` under their present names.
///
///     [global]
///     mysql_host = 127.0.0.1
enum OpsConf {
    private static let variables = [
        "mysql_host": "MYSQL_HOST", "mysql_user": "MYSQL_USER", "mysql_pass": "MYSQL_PASSWORD",
        "mysql_database": "MYSQL_DATABASE", "redis_host": "REDIS_HOST", "redis_port": "REDIS_PORT",
        "request_api_user": "REQUEST_API_USER", "request_api_pass": "REQUEST_API_PASS", "bind_host": "API_HOST",
        "bind_port": "MAIN_API_PORT",
    ]

    /// Reads a file; blocks.
    static func read(_ path: String) -> SettingSources.Fallback {
        do throws(SystemError) {
            return parse(try SettingSources.content(of: path)[...], path: path)
        } catch {
            var fallback = SettingSources.Fallback(path: path)
            fallback.errors = [.unreadable(name: "--ops-conf", error)]
            return fallback
        }
    }

    static func parse(_ bytes: Bytes, path: String) -> SettingSources.Fallback {
        var fallback = SettingSources.Fallback(path: path)
        var isGlobal = false
        var others: [String] = []
        for line in bytes.split(separator: ASCII.newline) {
            let line = NumberCSV.trimmed(line.last == ASCII.carriageReturn ? line.dropLast() : line)
            guard let first = line.first, first != UInt8(ascii: "#"), first != UInt8(ascii: ";") else { continue }
            if first == UInt8(ascii: "[") {
                isGlobal = line.text == "[global]"
                continue
            }
            guard isGlobal, let sign = line.firstIndex(where: { $0 == UInt8(ascii: "=") || $0 == ASCII.colon }) else {
                continue
            }
            let key = NumberCSV.trimmed(line[..<sign]).text.lowercased()
            if let variable = variables[key] {
                fallback.variables[variable] = NumberCSV.trimmed(line[(sign + 1)...]).text
            } else if !others.contains(key) {
                others.append(key)
            }
        }
        if !others.isEmpty {
            fallback.warnings = [.advice("\(path) has keys that are not used: \(others.joined(separator: ", "))")]
        }
        return fallback
    }
}
