import Basics
import Glibc
import TestSupport
import Testing

/// `healthcheck` against the built connector, as a container runs it: with the settings of the environment.
@Suite(.timeLimit(.minutes(3)))
struct HealthcheckTests {
    private func healthcheck(
        _ environment: [String: String]
    ) async throws -> (status: Subprocess.ExitStatus, output: String, errors: String) {
        let process = try Subprocess.connector(["healthcheck"], environment: environment)
        let status = try await process.exitStatus()
        return (status, process.text(of: .output), process.text(of: .errors))
    }

    /// The settings of a running connector, with the port that it was given.
    private func settings(_ site: SimulatedSite, _ process: Subprocess) async throws -> [String: String] {
        let line = try await process.line(containing: "monitoring: monitoring url=")
        let port = try #require(line.replacing("/metrics", with: "").split(separator: ":").last)
        return site.environment.merging(["MONITORING_PORT": String(port)]) { $1 }
    }

    @Test func `a connector that runs is healthy, one that hangs or has ended is not`() async throws {
        let site = try await SimulatedSite()
        let process = try await site.startOnline()
        let environment = try await settings(site, process)
        let running = try await healthcheck(environment)
        #expect(running.status == .exited(0), "\(running.errors)")
        #expect(running.output.hasPrefix("healthy: http://127.0.0.1:") && running.errors.isEmpty)
        process.freeze()
        let hanging = try await healthcheck(environment)
        #expect(hanging.status == .exited(1) && hanging.errors.contains("no answer at http://"))
        process.proceed()
        #expect(try await healthcheck(environment).status == .exited(0))
        process.terminate()
        #expect(try await process.exitStatus() == .exited(0))
        let ended = try await healthcheck(environment)
        #expect(ended.status == .exited(1) && ended.errors.contains("nothing listens at http://"))
        await site.stop()
    }

    @Test func `without the port the control socket gives the same answer`() async throws {
        let site = try await SimulatedSite()
        let environment = site.environment.merging(["MONITORING_ENABLED": "false"]) { $1 }
        let process = try site.start(["MONITORING_ENABLED": "false"])
        try await process.line(containing: "ami: logged in")
        let running = try await healthcheck(environment)
        #expect(running.status == .exited(0), "\(running.errors)")
        #expect(running.output == "healthy: \(site.directory.file("spool"))/control.sock answers\n")
        process.freeze()
        let hanging = try await healthcheck(environment)
        #expect(hanging.status == .exited(1) && hanging.errors.contains("restart it"))
        process.proceed()
        process.terminate()
        #expect(try await process.exitStatus() == .exited(0))
        let ended = try await healthcheck(environment)
        #expect(ended.status == .exited(1) && ended.errors.contains("nothing listens at"))
        await site.stop()
    }

    @Test func `only the settings of the addresses count, and a wrong one is 1 as well`() async throws {
        let result = try await healthcheck(["MONITORING_PORT": "x", "API_KEY_FILE": "/nowhere", "AMI_PORT": "y"])
        #expect(result.status == .exited(1) && result.errors.contains("MONITORING_PORT"))
        #expect(!result.errors.contains("API_KEY") && !result.errors.contains("AMI_PORT"))
    }
}
