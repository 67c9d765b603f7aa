import Basics
import CallerID
import HTTP
import RedisTestSupport
import TestSupport
import Testing

/// Two processes of the built program share a Redis that is killed.
@Suite(.timeLimit(.minutes(10)))
struct CallerIDRedisTests {
    /// A process that has a folder of its own.
    private struct Instance {
        let directory: TemporaryDirectory
        let process: Subprocess
        let client: HTTPClient
        let url: String

        static func settings(_ directory: TemporaryDirectory, _ redis: RedisServer) -> [String: String] {
            [
                "CALLERID_DIR": directory.file("callerid"), "API_PORT": "0", "AGI_PORT": "0",
                "DEFAULT_RATE_LIMIT_PER_AGENT": "0", "DEFAULT_RESERVATION_TTL": "86400",
                "REDIS_URL": "unix://\(redis.path)",
            ]
        }

        init(_ directory: TemporaryDirectory, _ redis: RedisServer) async throws {
            self.directory = directory
            process = try Subprocess.connector(["callerid", "run"], environment: Self.settings(directory, redis))
            let line = try await process.line(containing: "caller IDs over HTTP")
            url = try #require(line.split(separator: " ").last?.split(separator: "=").last.map { String($0) })
            client = try HTTPClient()
        }

        func get(_ path: String) async throws -> (status: Int, body: JSONValue?) {
            let response = try await client.send(HTTPRequest(.get, url + path, timeout: .seconds(60)))
            return (response.status, try? JSONParser.parse(response.body[...]))
        }

        /// Numbers that are given to requests one after the other.
        func numbers(_ count: Int) async throws -> [String] {
            var numbers: [String] = []
            for _ in 0..<count {
                let answer = try await get("/next-cid?to=2125559876&campaign=s&agent=a")
                #expect(answer.status == 200)
                if let number = answer.body?["caller_id"]?.string { numbers.append(number) }
            }
            return numbers
        }

        func isRedisHealthy() async throws -> Bool {
            try await get("/health").body?["redis"]?["status"]?.string == "healthy"
        }

        func reserved() async throws -> Int? { try await get("/status").body?["numbers"]?["reserved"]?.integer }

        /// Whether it knows of one other instance, whose share of the numbers it leaves alone without Redis.
        var knowsOther: Bool {
            let place = try? FileContents.read(directory.file("callerid/instances"), first: 64)
            return place?[...].text.split(separator: " ").dropFirst().first == "2"
        }

        func stop() async throws {
            await client.close()
            process.terminate()
            #expect(try await process.exitStatus() == .exited(0))
        }
    }

    @Test func `two processes give no number twice when Redis is killed and starts empty`() async throws {
        let redis = try await RedisServer()
        let directories = [TemporaryDirectory(), TemporaryDirectory()]
        try FileContents.write(SampleCSV.bytes(count: 300), to: directories[0].file("numbers.csv"))
        let imported = try Subprocess.connector(
            ["callerid", "import", directories[0].file("numbers.csv")],
            environment: Instance.settings(directories[0], redis)
        )
        #expect(try await imported.exitStatus() == .exited(0))
        let (one, two) = (try await Instance(directories[0], redis), try await Instance(directories[1], redis))
        var numbers: [String] = []
        func ask() async throws {
            async let first = one.numbers(20)
            async let second = two.numbers(20)
            numbers += try await first + second
            #expect(Set(numbers).count == numbers.count, "a number was given twice")
        }
        func settle() async throws {
            for instance in [one, two] {
                try await eventually("Redis decides") { try await instance.isRedisHealthy() }
                try await eventually("both there") { instance.knowsOther }
            }
        }
        try await settle()
        try await eventually("all numbers") { try await two.get("/status").body?["numbers"]?["total"]?.integer == 300 }
        try await ask()
        let given = numbers.count
        // What was decided in Redis is known at both before it goes.
        for instance in [one, two] {
            try await eventually("known") { try await instance.reserved() ?? 0 >= given }
        }
        try await redis.stop()
        try await ask()
        try await redis.restart()
        try await settle()
        try await ask()
        #expect(numbers.count == 120)
        try await one.stop()
        try await two.stop()
    }
}
