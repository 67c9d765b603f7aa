import Basics
import CallerID
import Glibc
import HTTP
import TestSupport
import Testing

/// The built program is killed while diallers ask it for caller IDs.
@Suite(.timeLimit(.minutes(10)))
struct CallerIDKillTests {
    private let directory = TemporaryDirectory()

    private var environment: [String: String] {
        [
            "CALLERID_DIR": directory.file("callerid"), "API_PORT": "0", "AGI_PORT": "0",
            "DEFAULT_RATE_LIMIT_PER_AGENT": "0", "DEFAULT_RESERVATION_TTL": "86400",
        ]
    }

    /// An answer that a dialler has seen.
    private struct Answer: Sendable {
        let id: String
        let number: String
    }

    private func ask(_ client: HTTPClient, _ url: String, _ id: String) async -> Answer? {
        let query = "to=2125559876&campaign=s&agent=a&request_id=\(id)"
        let request = HTTPRequest(.get, "\(url)/next-cid?\(query)", timeout: .seconds(60))
        guard let response = try? await client.send(request), response.status == 200,
            let number = (try? JSONParser.parse(response.body[...]))?["caller_id"]?.string
        else { return nil }
        return Answer(id: id, number: number)
    }

    private func start() async throws -> (Subprocess, String) {
        let process = try Subprocess.connector(["callerid", "run"], environment: environment)
        let line = try await process.line(containing: "caller IDs over HTTP")
        return (process, try #require(line.split(separator: " ").last?.split(separator: "=").last.map { String($0) }))
    }

    @Test func `no answered reservation, count or request id is lost by kill -9, and none is given twice`() async throws
    {
        let numbers = 2000
        try FileContents.write(SampleCSV.bytes(count: numbers), to: directory.file("numbers.csv"))
        let imported = try Subprocess.connector(
            ["callerid", "import", directory.file("numbers.csv")],
            environment: environment
        )
        #expect(try await imported.exitStatus() == .exited(0))
        var answers: [Answer] = []
        for round in 0..<4 {
            let (process, url) = try await start()
            let client = try HTTPClient()
            // What was answered before the kill is answered the same.
            for known in answers.suffix(5) {
                #expect(await ask(client, url, known.id)?.number == known.number)
            }
            let stop = 60 + round * 37
            let seen = Counter()
            answers += await withTaskGroup(of: [Answer].self) { group in
                for worker in 0..<8 {
                    group.addTask {
                        var mine: [Answer] = []
                        while let answer = await ask(client, url, "\(round)-\(worker)-\(mine.count)") {
                            mine.append(answer)
                            seen.add()
                            if seen.value >= stop { process.terminate(SIGKILL) }
                        }
                        return mine
                    }
                }
                return await group.reduce(into: []) { $0 += $1 }
            }
            await client.close()
            #expect(try await process.exitStatus() == .killed(by: SIGKILL))
        }
        #expect(answers.count >= 4 * 60)
        #expect(Set(answers.map(\.number)).count == answers.count, "a number was given twice")
        let stats = try Subprocess.connector(["callerid", "stats", "--json"], environment: environment)
        #expect(try await stats.exitStatus() == .exited(0))
        let figures = try JSONParser.parse(Array(stats.text(of: .output).utf8)[...])
        // A number may be reserved whose answer did not arrive any more; none is missing.
        #expect(figures["active_reservations"]?.integer ?? 0 >= answers.count)
    }
}
