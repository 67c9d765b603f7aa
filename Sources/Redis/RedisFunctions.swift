import Basics

/// Calls the functions of a library: with FCALL, or with EVALSHA where Redis or the user's ACL has no functions.
///
/// Redis may lose the code at any time (FUNCTION FLUSH, SCRIPT FLUSH, a restart). Then a call brings it back by itself,
/// within its own time, and runs once.
package final class RedisFunctions: Sendable {
    package typealias Completion = @Sendable (Result<RedisValue, RedisError>) -> Void

    /// How the code runs.
    package enum Mode: Sendable { case functions, scripts }

    private let library: RedisFunctionLibrary
    private let current = Lock(Mode.functions)

    package init(_ library: RedisFunctionLibrary) { self.library = library }

    package var mode: Mode { current.withLock { $0 } }

    /// Loads the code, in the place of an older version; call it when a connection is prepared.
    ///
    /// - Throws: `server` when the code is wrong; other errors are those of the connection.
    package func load(
        over connection: some RedisConnection,
        within limit: Duration = .seconds(1)
    ) async throws(RedisError) {
        do throws(RedisError) {
            _ = try await connection.send(loading, within: limit)
            current.withLock { $0 = .functions }
        } catch {
            guard case .server(let reply) = error, reply.isUnavailableCommand else { throw error }
            // Scripts are loaded by the first call of each.
            current.withLock { $0 = .scripts }
        }
    }

    /// Calls a function; a failure is as for a command.
    ///
    /// Does not block.
    ///
    /// - Parameters:
    ///   - name: a key of the library's bodies; the failure for any other is `server`.
    ///   - limit: how long the call may take, with loading where it is needed.
    package func call(
        _ name: String,
        keys: [any RedisWord] = [],
        arguments: [any RedisWord] = [],
        over connection: some RedisConnection,
        within limit: Duration,
        completion: @escaping Completion
    ) {
        guard let script = library.script(name) else {
            return completion(.failure(.server(RedisServerError("ERR Function not found"))))
        }
        let words: [any RedisWord] = [keys.count] + keys + arguments
        run(Call(script: script, words: words, deadline: .now + limit, completion: completion), over: connection)
    }

    /// Calls a function and waits for its reply; a cancellation ends the wait.
    package func call(
        _ name: String,
        keys: [any RedisWord] = [],
        arguments: [any RedisWord] = [],
        over connection: some RedisConnection,
        within limit: Duration
    ) async throws(RedisError) -> RedisValue {
        let promise = Promise<Result<RedisValue, RedisError>>()
        call(name, keys: keys, arguments: arguments, over: connection, within: limit) { promise.fulfil($0) }
        return try await promise.valueUnlessCancelled().get()
    }

    private struct Call: Sendable {
        let script: RedisFunctionLibrary.Script
        /// The number of keys, keys and arguments.
        let words: [any RedisWord]
        let deadline: ContinuousClock.Instant
        let completion: Completion

        var timeLeft: Duration { deadline - .now }

        var byFunction: RedisCommand { RedisCommand("FCALL", words: [script.function] + words) }
        var byDigest: RedisCommand { RedisCommand("EVALSHA", words: [script.digest] + words) }
        /// Also leaves the script with Redis, so that its digest is known from then on.
        var byBody: RedisCommand { RedisCommand("EVAL", words: [script.body] + words) }
    }

    private var loading: RedisCommand { RedisCommand("FUNCTION", "LOAD", "REPLACE", library.code) }

    private func run(_ call: Call, over connection: some RedisConnection) {
        switch mode {
        case .functions:
            connection.send(call.byFunction, within: call.timeLeft) { [self] result in
                guard case .failure(.server(let error)) = result else { return call.completion(result) }
                if error.isMissingScript {
                    loadAndRun(call, over: connection)
                } else if error.isUnavailableFunctionCall {
                    current.withLock { $0 = .scripts }
                    run(call, over: connection)
                } else {
                    call.completion(result)
                }
            }
        case .scripts:
            connection.send(call.byDigest, within: call.timeLeft) { result in
                guard case .failure(.server(let error)) = result, error.isMissingScript else {
                    return call.completion(result)
                }
                connection.send(call.byBody, within: call.timeLeft, completion: call.completion)
            }
        }
    }

    private func loadAndRun(_ call: Call, over connection: some RedisConnection) {
        connection.send([loading, call.byFunction], within: call.timeLeft) { [self] result in
            switch result {
            case .failure(let error): call.completion(.failure(error))
            case .success(let replies):
                switch (replies.first, replies.last) {
                case (.error(let error), _) where error.isUnavailableCommand:
                    current.withLock { $0 = .scripts }
                    run(call, over: connection)
                case (.error(let error), _), (_, .error(let error)): call.completion(.failure(.server(error)))
                case (_, let reply): call.completion(.success(reply ?? .null))
                }
            }
        }
    }
}
