import Basics
import Glibc
import Simulation
import TestSupport
import Testing

extension SimulatedSite {
    /// What the sanitizers must not do to a connector that is traced or has a library put before its own.
    static let sanitizers = ["ASAN_OPTIONS": "detect_leaks=0:verify_asan_link_order=0"]

    /// Starts the connector and waits until it is logged in.
    func startOnline(_ changes: [String: String]) async throws -> Subprocess {
        let process = try start(changes)
        try await process.line(containing: "ami: logged in")
        return process
    }

    /// How many records a session has taken whole so far.
    var written: Int { pbx.log.cdrs.written + pbx.log.cels.written }

    /// Plays calls, at `rate` events per second, while `body` works.
    func playing(rate: Double, _ body: () async throws -> Void) async throws {
        let pbx = pbx
        let playing = Task { _ = try? await pbx.play(rate: rate) }
        do {
            try await body()
        } catch {
            playing.cancel()
            await playing.value
            throw error
        }
        playing.cancel()
        await playing.value
    }

    /// What a command of the connector writes about this spool.
    func told(_ arguments: [String]) async throws -> [UInt8] {
        let process = try Subprocess.connector(arguments, environment: ["SPOOL_DIR": directory.file("spool")])
        let status = try await process.exitStatus()
        try #require(status == .exited(0), "\(arguments): \(process.text(of: .errors))")
        return Array(process.text(of: .output).utf8)
    }

    /// What the connector declares as missing.
    func declarations() async throws -> Declarations {
        try Declarations(
            gaps: try await told(["gaps", "--all", "--json"]),
            deadLetters: try await told(["dead-letters", "list", "--all", "--json"])
        )
    }

    /// Whether the figures of the spool add up.
    func isBalanced() async throws -> Bool {
        let figures = try await told(["spool", "status", "--json"])
        return try JSONParser.parse(figures[...])["balanced"] == .boolean(true)
    }

    /// The last act of each leg: everything is well again, everything waiting is delivered, the connector stops, and
    /// both ends are compared.
    ///
    /// - Parameters:
    ///   - process: the connector that works already; `nil` starts one.
    ///   - explainedRepeats: how many records may come twice.
    ///   - isDamaged: whether the ends of gaps may be records that were damaged, too.
    ///   - losesNothing: whether not even a gap may be needed for a record that a session took whole.
    @discardableResult
    func settle(
        _ process: Subprocess? = nil,
        explainedRepeats: Int,
        losesNothing: Bool = false,
        isDamaged: Bool = false,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> Audit {
        api.setBehaviour(Behaviour())
        pbx.inject(.none)
        let last: Subprocess
        if let process { last = process } else { last = try await startOnline() }
        try await eventually("the PBX has a session again") { pbx.sessions > 0 }
        let before = try await records("received", of: last)
        try await pbx.play(calls: 3)
        try await eventually("the last calls were stored") { try await records("received", of: last) > before }
        // Nothing waits for a moment before the next events are read, too.
        var (quiet, received) = (0, -1)
        try await eventually("everything was delivered", within: TortureTests.timeout) {
            let now = try await records("received", of: last)
            quiet = try await records("waiting", of: last) == 0 && now == received ? quiet + 1 : 0
            received = now
            return quiet == 5
        }
        last.terminate()
        #expect(try await last.exitStatus() == .exited(0), sourceLocation: sourceLocation)
        await stop()

        let declarations = try await declarations()
        let files = directory
        var audit = try await Thread.run("audit") {
            Result {
                try Audit(
                    emissionLog: files.file("pbx.jsonl"),
                    receivedLog: files.file("api.jsonl"),
                    refusedLog: files.file("refused.jsonl"),
                    declarations: declarations,
                    explainedRepeats: explainedRepeats
                )
            }
        }.get()
        if isDamaged { audit.unknownEnds = 0 }
        #expect(audit.isClean, "\(audit)", sourceLocation: sourceLocation)
        if losesNothing { #expect(audit.lost == 0, "\(audit)", sourceLocation: sourceLocation) }
        #expect(try await isBalanced(), "the figures of the spool do not add up", sourceLocation: sourceLocation)
        #expect(api.statistics.violations == 0, "\(api.statistics)", sourceLocation: sourceLocation)
        #expect(api.statistics.keyConflicts == 0, sourceLocation: sourceLocation)
        return audit
    }
}
