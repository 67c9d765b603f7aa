package import Basics
package import Delivery
import Glibc
package import Spool

/// A walk through the watched folders that changes nothing: by the same rules as `RecordingFinder`, with a decision on each
/// file.
///
/// What is held at a time does not grow with the number of files.
package struct DryScan: Sendable {
    /// Files that wait for an answer of the admin API at most; between two groups nobody is kept from the spool.
    private static let groupSize = 1000

    private let scanner: RecordingScanner
    private let rules: ReadinessRules
    private let spool: SpoolConfiguration

    /// Why the admin API gave no answer; from then on it is not asked any more.
    package private(set) var failure: AdminError?

    package init(_ configuration: RecordingsConfiguration, spool: SpoolConfiguration) {
        rules = configuration.readinessRules
        // What is uploaded already and too old by now is to be called uploaded.
        scanner = RecordingScanner(roots: configuration.watchPaths, rules: rules, judgesNamesOnly: true)
        self.spool = spool
    }

    /// Looks at everything once, in the order of the file system; ends early when `visit` throws.
    ///
    /// Blocks.
    package mutating func run(
        at instant: Timestamp,
        _ visit: (ScanDecision) throws(SystemError) -> Void
    ) throws(SystemError) {
        var group: [RecordingScanner.Finding] = []
        var stopped: SystemError?
        scanner.scan(at: instant) { finding in
            group.append(finding)
            guard group.count == Self.groupSize else { return true }
            do throws(SystemError) { try settle(&group, at: instant, visit) } catch { stopped = error }
            return stopped == nil
        }
        if let stopped { throw stopped }
        try settle(&group, at: instant, visit)
    }

    private mutating func settle(
        _ group: inout [RecordingScanner.Finding],
        at instant: Timestamp,
        _ visit: (ScanDecision) throws(SystemError) -> Void
    ) throws(SystemError) {
        let files = group.compactMap { if case .candidate(let file) = $0 { file } else { nil } }
        var known = known(files.map(\.look))[...]
        for finding in group {
            switch finding {
            case .candidate(let file):
                if let decision = decision(on: file, known: known.popFirst(), at: instant) { try visit(decision) }
            case .left(let path, let reason): try visit(ScanDecision(path: path, .stays(reason)))
            case .unreadable(let failure): try visit(ScanDecision(path: failure.path, .unreadable(failure)))
            }
        }
        group.removeAll(keepingCapacity: true)
    }

    /// What the admin API knows of files, in their order; nothing when it gives no answer.
    private mutating func known(_ looks: [FileStamp]) -> [JSONValue] {
        guard failure == nil, !looks.isEmpty else { return [] }
        let spool = spool
        do throws(AdminError) {
            return try Thread.waiting { await Self.ask(spool, looks) }.get()
        } catch {
            failure = error
            return []
        }
    }

    private static func ask(_ spool: SpoolConfiguration, _ looks: [FileStamp]) async -> Result<[JSONValue], AdminError>
    {
        do throws(AdminError) {
            let answers = try await OperatorCommand.ask(spool) { (admin) throws(AdminError) in
                var answers: [JSONValue] = []
                while answers.count < looks.count {
                    let page = looks[answers.count...].prefix(AdminRequest.largestPage)
                    let elements = try await admin.json(.knownRecordings(Array(page)))["recordings"]?.elements ?? []
                    guard elements.count == page.count else {
                        throw AdminError(.unavailable, "the answer of the connector has not all that was asked for")
                    }
                    answers += elements
                }
                return answers
            }
            return .success(answers)
        } catch {
            return .failure(error)
        }
    }

    /// Nil for a file that was moved or deleted a moment ago.
    private func decision(on file: FoundFile, known: JSONValue?, at instant: Timestamp) -> ScanDecision? {
        let record = known.flatMap(ScanDecision.KnownRecording.init)
        if record == nil, let objection = rules.objection(to: file.look, format: file.format, at: instant) {
            return ScanDecision(path: file.path, .stays(objection), size: file.look.size)
        }
        // Nobody needs to read it any more.
        if let record, record.state == .done {
            return ScanDecision(path: file.path, .known(record), size: file.look.size)
        }
        let head: [UInt8]
        do throws(Unreadable) {
            head = try RecordingFile.head(of: file)
        } catch {
            guard error.error.code != ENOENT else { return nil }
            return ScanDecision(path: file.path, .unreadable(error), size: file.look.size)
        }
        let duration = file.format.duration(head: head[...], size: file.look.size)
        func decision(_ fate: ScanDecision.Fate) -> ScanDecision {
            ScanDecision(path: file.path, fate, size: file.look.size, duration: duration)
        }
        if let record { return decision(.known(record)) }
        // A second look that shows the same is taken for granted.
        let objection = rules.objection(
            to: file.look,
            after: file.look,
            format: file.format,
            head: head[...],
            at: instant
        )
        return decision(objection.map { .stays($0) } ?? .goes)
    }
}
