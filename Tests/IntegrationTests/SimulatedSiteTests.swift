import Basics
import Glibc
import Simulation
import TestSupport
import Testing

/// The built binary between a simulated PBX and API.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct SimulatedSiteTests {
    @Test func `kills under load lose nothing that was accepted`() async throws {
        let site = try await SimulatedSite()
        let pbx = site.pbx
        let playing = Task { _ = try? await pbx.play(rate: 2000) }
        var generator = SplitMix64()
        // A start takes seconds under a sanitizer.
        let kills = Subprocess.isSanitized ? 6 : 20
        for _ in 0..<kills {
            let process = try await site.startOnline()
            let received = try await site.records("received", of: process)
            let more = Int.random(in: 1...300, using: &generator)
            try await eventually("enough records were accepted") {
                try await site.records("received", of: process) >= received + more
            }
            process.terminate(SIGKILL)
            #expect(try await process.exitStatus() == .killed(by: SIGKILL))
        }
        playing.cancel()
        await playing.value

        let last = try await site.startOnline()
        try await eventually("everything was delivered") { try await site.records("waiting", of: last) == 0 }
        let accepted = try await site.records("received", of: last)
        last.terminate()
        #expect(try await last.exitStatus() == .exited(0))
        await site.stop()
        let audit = try await site.audit()
        #expect(accepted > kills * 50)
        #expect(site.api.statistics.distinct == accepted)
        #expect(audit.unexpected == 0)
        #expect(site.api.statistics.violations == 0)
        #expect(site.api.statistics.keyConflicts == 0)
    }

    @Test func `a stop under load stores and later delivers everything that the PBX had sent`() async throws {
        let site = try await SimulatedSite()
        let pbx = site.pbx
        for _ in 0..<3 {
            let process = try await site.startOnline()
            let playing = Task { _ = try? await pbx.play(rate: 3000) }
            let received = try await site.records("received", of: process)
            try await eventually("enough records were accepted") {
                try await site.records("received", of: process) > received + 200
            }
            process.terminate()
            #expect(try await process.exitStatus() == .exited(0))
            playing.cancel()
            await playing.value
        }
        let last = try await site.startOnline()
        try await eventually("everything was delivered") { try await site.records("waiting", of: last) == 0 }
        last.terminate()
        #expect(try await last.exitStatus() == .exited(0))
        await site.stop()
        let audit = try await site.audit()
        #expect(audit.lost == 0)
        #expect(audit.unexpected == 0)
        #expect(audit.emitted > 600)
    }

    @Test func `an API in trouble delays records and loses none`() async throws {
        let site = try await SimulatedSite()
        var trouble = Behaviour()
        trouble.sequence = [
            .gzipRefused, .status(503, retryAfter: "1"), .reset, .html, .answerLost, .status(429),
            .slow(.milliseconds(200)),
        ]
        site.api.setBehaviour(trouble)
        let process = try await site.startOnline()
        try await site.pbx.play(calls: 60)
        try await eventually("everything was delivered", within: .seconds(120)) {
            try await site.records("waiting", of: process) == 0
        }
        process.terminate()
        #expect(try await process.exitStatus() == .exited(0))
        await site.stop()
        let audit = try await site.audit()
        #expect(audit.isClean)
        #expect(audit.emitted > 500)
        #expect(audit.repeated > 0, "the lost answer costs one repeat")
        #expect(site.api.statistics.keyConflicts == 0)
    }

    @Test func `a PBX that restarts and tears frames is followed, and the gaps are declared`() async throws {
        let site = try await SimulatedSite()
        let process = try await site.startOnline()
        try await site.pbx.play(calls: 20)
        site.pbx.inject(.cutInFrame(afterFrames: 40))
        try await site.pbx.play(calls: 20)
        // What came in one burst looks like a backlog to the reader: the cause is `torn` or `slow_reader`.
        try await process.line(containing: "events could have been missed cause=")
        let log = process.text(of: .errors)
        #expect(log.contains("cause=torn") || log.contains("cause=slow_reader"))
        site.pbx.inject(.restart(away: .milliseconds(50)))
        try await eventually("a second gap was declared") {
            try await site.monitoring("/metrics", of: process).contains("gaps_total{cause=\"disconnected\"} 1")
        }
        try await site.pbx.play(calls: 20)
        try await eventually("everything was delivered") { try await site.records("waiting", of: process) == 0 }
        process.terminate()
        #expect(try await process.exitStatus() == .exited(0))
        await site.stop()
        let audit = try await site.audit()
        #expect(audit.lost == 0 && audit.unexpected == 0)
        #expect(site.pbx.log.cels.cut + site.pbx.log.cdrs.cut <= 1)
    }

    @Test func `SIGHUP reads the filters and the log level again, and keeps what is wrong out`() async throws {
        let site = try await SimulatedSite()
        let settings = site.directory.file("settings.env")
        let write = { (text: String) in try FileContents.write(Array(text.utf8), to: settings) }
        try write("CDR_FILTER_ENABLED=false\n")
        var environment = site.environment
        environment["CDR_FILTER_ENABLED"] = nil
        let process = try Subprocess.connector(["run", "--env-file", settings], environment: environment)
        try await process.line(containing: "ami: logged in")
        try await site.pbx.play(calls: 5)
        try await eventually("the first calls are stored") { try await site.records("received", of: process) > 50 }
        #expect(try await site.records("filtered", of: process) == 0)

        try write("CDR_FILTER_MIN_DURATION=many\n")
        process.terminate(SIGHUP)
        try await process.line(containing: "not reloaded")

        try write("CDR_FILTER_MIN_DURATION=86400\nLOG_LEVEL=DEBUG\n")
        process.terminate(SIGHUP)
        try await process.line(containing: "filters reloaded")
        try await site.pbx.play(calls: 5)
        try await process.line(containing: "reason=min_duration")
        try await eventually("it is in the books") { try await site.records("filtered", of: process) > 0 }
        process.terminate()
        #expect(try await process.exitStatus() == .exited(0))
        await site.stop()
    }

    @Test func `SIGHUP takes over what is asked first of a direction, and the last line counts what was filtered`()
        async throws
    {
        let site = try await SimulatedSite()
        let settings = site.directory.file("settings.env")
        let write = { (text: String) in try FileContents.write(Array("LOG_LEVEL=DEBUG\n\(text)".utf8), to: settings) }
        try write("CDR_FILTER_MIN_DURATION=86400\n")
        var environment = site.environment
        environment["CDR_FILTER_ENABLED"] = nil
        let process = try Subprocess.connector(["run", "--env-file", settings], environment: environment)
        try await process.line(containing: "ami: logged in")
        try await site.pbx.play(calls: 5)
        try await process.line(containing: "rule=origin_")
        // A CDR that waits for its channel is decided later, by the rules of then.
        try await eventually("all of them are decided") {
            try await site.records("received", of: process) >= site.written
        }

        try write("CDR_FILTER_MIN_DURATION=86400\nASTERISK_DIRECTION_PRIORITY=dcontext\n")
        process.terminate(SIGHUP)
        try await process.line(containing: "filters reloaded")
        let before = process.lines.count
        try await site.pbx.play(calls: 5)
        try await process.line(containing: "direction decided", after: before)
        process.terminate()
        #expect(try await process.exitStatus() == .exited(0))
        await site.stop()
        let lines = process.lines.map(\.text)
        #expect(!lines.dropFirst(before).contains { $0.contains("rule=origin_") })
        let filtered = lines.count { $0.contains("left out by a filter") }
        #expect(filtered > 5)
        #expect(lines.contains { $0.contains("stopped in order") && $0.contains("filtered=\(filtered)") })
    }

    @Test func `promtool finds nothing to complain about in the metrics`() async throws {
        let site = try await SimulatedSite()
        let process = try await site.startOnline()
        try await site.pbx.play(calls: 5)
        let metrics = try await site.monitoring("/metrics", of: process)
        process.terminate()
        _ = try await process.exitStatus()
        await site.stop()
        try FileContents.write(Array(metrics.utf8), to: site.directory.file("metrics"))
        let check = try Subprocess(arguments: [
            "sh", "-c", "promtool check metrics <'\(site.directory.file("metrics"))' 2>&1",
        ])
        #expect(try await check.exitStatus() == .exited(0))
        #expect(check.text(of: .output).isEmpty)
    }

    @Test func `a second connector on one spool stops with 75 and says why`() async throws {
        let site = try await SimulatedSite()
        let first = try await site.startOnline()
        let second = try site.start()
        #expect(try await second.exitStatus() == .exited(75))
        #expect(second.text(of: .errors).contains("another connector uses the spool"))
        first.terminate()
        #expect(try await first.exitStatus() == .exited(0))
        await site.stop()
    }

    @Test func `a monitoring port that is taken keeps no record back, and the control socket reports it`() async throws
    {
        let site = try await SimulatedSite()
        let process = try site.start(["MONITORING_PORT": "\(site.api.port)"])
        try await process.line(containing: "ami: logged in")
        try await process.line(containing: "monitoring port unavailable, retrying")
        try await site.playing(rate: 20) { try await eventually("records arrive") { site.api.statistics.records > 20 } }
        let socket = site.directory.file("spool/control.sock")
        for (path, text) in [
            (
                "status",
                "\"monitoring\":{\"listening\":false,\"url\":null,\"error\":\"listen on 127.0.0.1:\(site.api.port): "
            ),
            ("metrics", "asterisk_connector_endpoint_listening{endpoint=\"monitoring_port\"} 0"),
        ] {
            let curl = try Subprocess(arguments: ["curl", "-sS", "--unix-socket", socket, "http://localhost/\(path)"])
            #expect(try await curl.exitStatus() == .exited(0))
            #expect(curl.text(of: .output).contains(text), "\(curl.text(of: .output))")
        }
        let health = try site.start(["MONITORING_PORT": "\(site.api.port)"], command: "healthcheck")
        #expect(try await health.exitStatus() == .exited(0))
        #expect(health.text(of: .output).contains("control.sock answers, but not its monitoring port"))
        let check = try site.start(["MONITORING_PORT": "\(site.api.port)"], command: "check")
        #expect(try await check.exitStatus() == .exited(0))
        #expect(check.text(of: .output).contains("⚠ Monitoring"))
        process.terminate()
        #expect(try await process.exitStatus() == .exited(0))
        await site.stop()
    }
}
