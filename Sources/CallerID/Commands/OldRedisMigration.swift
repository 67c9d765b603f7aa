import Basics
import Daemon
import HTTP
import Redis

/// `callerid migrate --from-redis`: imports the numbers that an older switch keeps in Redis.
enum OldRedisMigration {
    static func run(_ invocation: Invocation) async -> ExitCode {
        guard let configuration = CallerIDSettings.load(invocation)?.configuration else { return .configuration }
        let numbers: OldRedisNumbers
        do {
            guard let redis = try configuration.redis() else {
                Terminal.complain("there is no Redis to read: set REDIS_HOST or REDIS_URL")
                return .usage
            }
            numbers = try await CommandRedis.run(redis) { client throws(RedisError) in
                try await OldRedisNumbers.read(over: client)
            }
        } catch {
            Terminal.complain("\(error)")
            return .unavailable
        }
        for error in numbers.errors { Terminal.write(error + "\n", to: .errors) }
        for setting in numbers.settings { Terminal.write(text(of: setting) + "\n", to: .output) }
        guard !numbers.records.isEmpty else {
            Terminal.write(summary(numbers, nil) + "\n", to: .output)
            return numbers.rejected > 0 ? .badData : .success
        }
        return await NumberCommands.withAccess(invocation) { access in
            let file = file(of: numbers)
            let (status, body) = try await access.send(.post, "/api/import", [("mode", "skip")], file: file)
            let answer = try? JSONParser.parse(body[...])
            guard status == 200 else {
                Terminal.complain(answer?["detail"]?.string ?? "the service answered \(status)")
                return .failure
            }
            Terminal.write(summary(numbers, answer) + "\n", to: .output)
            return numbers.rejected > 0 ? .badData : .success
        }
    }

    /// The records as the file that an import reads.
    static func file(of numbers: OldRedisNumbers) -> [UInt8] {
        NumberCSV.encoded(numbers.records, columns: OldRedisNumbers.columns)
    }

    /// As `20 read, 18 added, 1 skipped, 1 rejected`.
    static func summary(_ numbers: OldRedisNumbers, _ answer: JSONValue?) -> String {
        let read = numbers.records.count + numbers.rejected
        let (added, skipped) = (answer?["added"]?.integer ?? 0, answer?["skipped"]?.integer ?? 0)
        return "\(read) read, \(added) added, \(skipped) skipped, \(numbers.rejected) rejected"
    }

    static func text(of setting: OldRedisNumbers.Setting) -> String {
        let value = TerminalText.oneLine(setting.value)
        return "\(setting.key) is \(value): set \(setting.name)=\(value) to keep it"
    }
}
