import Basics

/// The thread of one connection: runs one request after the other.
final class ODBCThread: Sendable {
    /// Asks for the connection and uses it; false when the connection must not be used again.
    typealias Request = @Sendable (_ connection: () throws(ODBCError) -> ODBCConnection) -> Bool

    private struct State: Sendable {
        var requests: [Request] = []
        var isStopped = false
        var didEnd: @Sendable () -> Void = {}
    }

    private let state: Condition<State>

    init(_ configuration: ODBCConfiguration) throws(ODBCError) {
        let state = Condition(State())
        self.state = state
        do throws(SystemError) {
            // Drivers and their TLS libraries need more than the usual stack.
            try Thread.detach("odbc", stackBytes: 4 << 20) { Self.run(configuration, state) }
        } catch {
            throw .thread(error)
        }
    }

    /// Adds a request; one that comes after `stop` still runs.
    func append(_ request: @escaping Request) { state.change { $0.requests.append(request) } }

    /// Ends the thread when its requests are done.
    ///
    /// - Parameter didEnd: called by the thread at its end.
    func stop(_ didEnd: @escaping @Sendable () -> Void = {}) {
        state.change { state in
            state.isStopped = true
            state.didEnd = didEnd
        }
    }

    private static func run(_ configuration: ODBCConfiguration, _ state: Condition<State>) {
        var current: ODBCConnection?
        var isTested = false
        func connection() throws(ODBCError) -> ODBCConnection {
            if let current, isTested || current.isAlive { return current }
            current = nil
            let new = try ODBCConnection(configuration)
            current = new
            return new
        }
        while let request = state.wait(until: { state -> Request?? in
            if !state.requests.isEmpty { return .some(state.requests.removeFirst()) }
            return state.isStopped ? .some(nil) : nil
        }) {
            isTested = false
            if !request(connection) { current = nil }
            isTested = true
        }
        current = nil
        Thread.releaseLibraryState()
        state.wait { $0.didEnd }()
    }
}
