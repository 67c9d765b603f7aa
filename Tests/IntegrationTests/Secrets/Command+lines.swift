import Daemon
import Testing

@testable import Connector

extension Command {
    /// What to write behind the words of a command to see all that it can show; each of them ends by itself, but `run` and
    /// the simulations.
    ///
    /// - Parameter file: one with calls to classify.
    /// - Throws: when nothing is said of the command here.
    func lines(classifying file: String, exportingTo export: String) throws -> [[String]] {
        let lines: [String: [[String]]] = [
            "classify": [[file], ["--explain", file]], "demo": [["--calls", "2", "--rate", "0"]],
            "simulate pbx": [["--port", "0"]], "simulate api": [["--port", "0"]], "spool status": [[], ["--json"]],
            "gaps": [[], ["--json"]], "dead-letters list": [[], ["--json"], ["--all"]],
            "dead-letters show": [["1"], ["1", "--json"], ["999"]],
            "dead-letters retry": [["999"], ["999", "--json"], ["x"]],
            "dead-letters drop": [["999", "--yes"], ["--all"]], "dead-letters export": [[], [export]],
            "recordings list": [[], ["--json"], ["--state", "parked"], ["--state", "waiting", "--all"]],
            "recordings retry": [["999"], ["999", "--json"]],
            "callerid add": [["2125551234"], ["2125551234", "--json"], ["x"]], "callerid remove": [["2125551234"]],
            "callerid enable": [["2125551234"]], "callerid disable": [["2125551234"]],
            "callerid release": [["2125551234"]], "callerid show": [["2125551234"]], "callerid import": [["/nowhere"]],
            "callerid export": [[], [export]], "callerid sample": [["3"]], "callerid token": [[], ["--role", "x"]],
            "callerid next": [["3105559876", "sales", "a1"], ["3105559876", "sales", "a1", "--dry-run"]],
            "callerid backup": [[export]], "callerid sync": [[], ["--full", "--force", "--json"]],
            "callerid migrate": [[], ["--from-redis"]],
            // No password comes from standard input.
            "calls user add": [["ann", "--role", "agent"], ["ann", "--role", "x"]],
            "calls user disable": [["ann"]], "calls user password": [["ann"]], "calls user import": [["/nowhere"]],
            "recordings scan": [["--dry-run"], ["--dry-run", "--json"], ["--dry-run", "--all"]],
        ]
        let plain = [
            "run", "check", "healthcheck", "version", "manual", "completion bash", "completion zsh", "completion fish",
            "voicemail mail", "voicemail flush", "voicemail check", "voicemail preview", "callerid run",
            "callerid check", "callerid list", "callerid stats", "callerid dialplan", "calls run",
            "calls check", "calls dialplan", "calls user list",
        ]
        return plain.contains(name) ? [[]] : try #require(lines[name], "say here how '\(name)' is tried")
    }

    /// Whether it runs until it is told to stop.
    var isEndless: Bool { ["run", "callerid run", "calls run", "simulate pbx", "simulate api"].contains(name) }

    /// Whether it is asked for records or files, so that numbers of callers belong into what it shows.
    var showsCallers: Bool {
        [
            "classify", "dead-letters show", "dead-letters export", "recordings list", "recordings scan",
            "voicemail preview",
        ].contains(name)
    }

    /// Whether it reads the configuration.
    var isConfigured: Bool { options.contains { $0.name == "config" } }
}
