package import Basics
package import HTTP

/// Who changed what: each change of an administrator as a line of JSON, in one file a day in `CALLERID_DIR`.
///
///     {"time":"…","role":"admin","name":"admin","address":"192.0.2.7","action":"change","subject":"2125551234",
///      "old":{…},"new":{…}}
///
/// A change never waits for the file: its line is written at once by a thread of its own. A line that finds no room, in
/// memory or on the disk, is dropped and counted; files older than `days` are deleted.
package final class AdminAudit: Sendable {
    /// Who made a change.
    package struct Actor: Sendable, Equatable {
        /// `admin`, `operator`, …; `local` for a command on this machine, `service` for the service itself.
        package let role: String
        /// Whose token it was; empty for a command.
        package let name: String
        /// Empty for a command.
        package let address: String

        package init(role: String, name: String = "", address: String = "") {
            self.role = role
            self.name = name
            self.address = address
        }

        /// A request over HTTP, or over the control socket, where nobody has a token.
        package init(_ request: RoutedRequest) {
            guard let principal = request.principal else {
                self.init(role: "local")
                return
            }
            let role = TokenRole.allCases.first { principal.roles.contains($0.rawValue) }
            self.init(
                role: role?.rawValue ?? "none",
                name: principal.name,
                address: request.client.address?.description ?? ""
            )
        }

        /// What the service does by itself, such as a sync in time.
        package static let service = Actor(role: "service")
    }

    private struct State: Sendable {
        var lines: [[UInt8]] = []
        var dropped = 0
        var isFailing = false
    }

    /// The lines that wait for the disk.
    private static let waitLimit = 1000
    /// The longest line, in bytes; values that would make it longer are left out.
    private static let lineLimit = 64 << 10

    private let state = Lock(State())
    private let file: AuditFile
    private let log: Logger
    private let clock: @Sendable () -> Timestamp

    /// - Parameter days: how long a file is kept.
    /// - Throws: when the system refuses a thread.
    package init(
        directory: String,
        days: Int,
        log: Logger,
        clock: @escaping @Sendable () -> Timestamp = { .now() }
    ) throws(SystemError) {
        file = AuditFile(directory: directory, days: days, try Worker("callerid-audit"))
        self.log = log
        self.clock = clock
    }

    /// The lines that were dropped since the start.
    package var droppedCount: Int { state.withLock { $0.dropped } }

    /// Adds a change; returns at once.
    ///
    /// - Parameters:
    ///   - action: what was done, such as `add`, `import`, `sync`.
    ///   - subject: to what, such as a number or a trunk; empty for all numbers.
    ///   - old: the value before, as JSON; `nil` for none.
    ///   - new: the value after, as JSON; `nil` for none.
    package func note(
        _ actor: Actor,
        _ action: String,
        _ subject: String = "",
        old: [UInt8]? = nil,
        new: [UInt8]? = nil
    ) {
        let time = clock()
        var line = Self.line(time, actor, action, subject, old, new)
        if line.count > Self.lineLimit { line = Self.line(time, actor, action, subject, nil, nil) }
        let isFirst = state.withLock { state in
            guard state.lines.count < Self.waitLimit else {
                state.dropped += 1
                return false
            }
            state.lines.append(line)
            return state.lines.count == 1
        }
        if isFirst { Task { await flush() } }
    }

    private static func line(
        _ time: Timestamp,
        _ actor: Actor,
        _ action: String,
        _ subject: String,
        _ old: [UInt8]?,
        _ new: [UInt8]?
    ) -> [UInt8] {
        var json = JSONWriter(capacity: 512)
        json.beginObject()
        json.key("time")
        json.timestamp(time)
        json.required("role", actor.role)
        json.required("name", actor.name)
        json.required("address", actor.address)
        json.required("action", action)
        json.required("subject", subject)
        json.key("old")
        if let old { json.raw(old[...]) } else { json.null() }
        json.key("new")
        if let new { json.raw(new[...]) } else { json.null() }
        json.endObject()
        return json.bytes + [ASCII.newline]
    }

    /// Writes what waits, and returns when it is on its way to the disk or dropped.
    package func flush() async {
        do throws(AuditFile.Failure) {
            try await file.append { [self] in (take(), clock()) }
            state.withLock { $0.isFailing = false }
        } catch {
            let isFirst = state.withLock { state in
                state.dropped += error.count
                defer { state.isFailing = true }
                return !state.isFailing
            }
            let fields: [Logger.Field] = [.init(own: "error", "\(error.error)")]
            if isFirst { log.error("changes of administrators not in the audit file", fields) }
        }
    }

    private func take() -> [[UInt8]] {
        state.withLock { state in
            defer { state.lines = [] }
            return state.lines
        }
    }

    /// Deletes files that are too old.
    package func deleteOld() async { await file.deleteOld(at: clock()) }
}
