import Daemon
import Simulation

/// The output of a demo: one updated line on a terminal, plain lines elsewhere, and a table at the end.
struct DemoDisplay {
    private let isInteractive: Bool

    init(isInteractive: Bool) { self.isInteractive = isInteractive }

    func headline(_ plan: DemoPlan) -> String {
        let speed = plan.rate.map { "\(Int($0)) events a second" } ?? "line speed"
        return "asterisk-connector \(Version.number): \(plan.calls) calls at \(speed), seed \(plan.seed)"
            + (plan.hasFaults ? ", with an API that fails" : "") + "\n"
            + "PBX ──AMI──▶ connector (spool) ──HTTP──▶ API\n\n"
    }

    func progress(_ progress: Demo.Progress) -> String {
        let text =
            "records: emitted \(progress.emitted), delivered \(progress.delivered), waiting \(progress.waiting)"
            + (progress.faults > 0 ? ", API faults \(progress.faults)" : "")
        guard isInteractive else { return progress.tick % 10 == 1 ? text + "\n" : "" }
        return "\r\u{1b}[K" + bar(progress) + " " + text
    }

    private func bar(_ progress: Demo.Progress) -> String {
        let width = 20
        let filled = progress.emitted > 0 ? min(width, progress.delivered * width / progress.emitted) : 0
        return "[" + String(repeating: "█", count: filled) + String(repeating: "·", count: width - filled) + "]"
    }

    func table(_ result: Demo.Result, _ plan: DemoPlan, _ directory: DemoDirectory) -> String {
        let rows: [(String, String)] = [
            ("emitted", "\(result.audit.emitted)   CDRs and CELs that the PBX sent"),
            ("delivered", "\(result.audit.delivered)   of them that the API received, value for value"),
            ("lost", "\(result.audit.lost)"),
            ("unexpected", "\(result.audit.unexpected)   received, but never sent"),
            ("repeated", "\(result.audit.repeated)   received again under the same key (an answer was lost)"),
            ("API requests", "\(result.api.requests), of them failed on purpose \(result.api.faults)"),
            ("seconds", "\(Double(Int(result.seconds * 10)) / 10)"),
        ]
        var text = isInteractive ? "\n\n" : "\n"
        for (name, value) in rows {
            text += "  \(name)\(String(repeating: " ", count: 14 - name.count))\(value)\n"
        }
        for violation in result.api.recentViolations { text += "  the API complained: \(violation)\n" }
        text += "\n" + (result.isClean ? "Nothing was lost.\n" : "SOMETHING IS WRONG: see the lines above.\n")
        return text + advice(plan, directory)
    }

    private func advice(_ plan: DemoPlan, _ directory: DemoDirectory) -> String {
        let files =
            directory.isTemporary
            ? "Keep what was sent, received and logged with --directory DIR."
            : "What was sent, received and logged is in \(directory.path)."
        return """
            \(files)
            Next: the same with trouble ('demo --faults'), or your own PBX: README.md, "Install".

            """
    }
}
