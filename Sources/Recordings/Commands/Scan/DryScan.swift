package import Basics
package import Delivery
import Glibc
package import Spool

/// A scan of the watched folders that changes nothing: it applies the rules of `RecordingFinder` and reports a decision
/// about each file.
///
/// Memory does not grow with the number of files.
package struct DryScan: Sendable {
    /// The most files in one query of the admin API; between two queries the spool is free for others.
    private static let groupSize = 1000

    private let scanner: RecordingScanner
    private let rules: ReadinessRules
    private let spool: SpoolConfiguration

    /// Why the admin API failed; after a failure it is not queried again.
    package private(set) var failure: AdminError?

    package init(_ configuration: RecordingsConfiguration, spool: SpoolConfiguration) {
        rules = configuration.readinessRules
        // Files of any age are candidates, so that old uploaded ones are reported as uploaded.
        scanner = RecordingScanner(roots: configuration.watchPaths, rules: rules, judgesNamesOnly: true)
        self.spool = spool
    }

    /// Scans everything once, in the order of the file system; stops when `visit` throws.
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
        var known = known(files.map(\.stamp))[...]
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

    /// The recordings of these files according to the admin API, in their order; empty when it fails.
    private mutating func known(_ stamps: [FileStamp]) -> [JSONValue] {
        guard failure == nil, !stamps.isEmpty else { return [] }
        let spool = spool
        do throws(AdminError) {
            return try Thread.waiting { await Self.ask(spool, stamps) }.get()
        } catch {
            failure = error
            return []
        }
    }

    private static func ask(_ spool: SpoolConfiguration, _ stamps: [FileStamp]) async -> Result<[JSONValue], AdminError>
    {
        do throws(AdminError) {
            let answers = try await OperatorCommand.ask(spool) { (admin) throws(AdminError) in
                var answers: [JSONValue] = []
                while answers.count < stamps.count {
                    let page = stamps[answers.count...].prefix(AdminRequest.largestPage)
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

    /// The decision about a file; `nil` when it was just moved or deleted.
    private func decision(on file: FoundFile, known: JSONValue?, at instant: Timestamp) -> ScanDecision? {
        let record = known.flatMap(ScanDecision.KnownRecording.init)
        if record == nil, let objection = rules.objection(to: file.stamp, format: file.format, at: instant) {
            return ScanDecision(path: file.path, .stays(objection), size: file.stamp.size)
        }
        // An uploaded file does not have to be read.
        if let record, record.state == .done {
            return ScanDecision(path: file.path, .known(record), size: file.stamp.size)
        }
        let head: [UInt8]
        do throws(Unreadable) {
            head = try RecordingFile.head(of: file)
        } catch {
            guard error.error.code != ENOENT else { return nil }
            return ScanDecision(path: file.path, .unreadable(error), size: file.stamp.size)
        }
        let duration = file.format.duration(head: head[...], size: file.stamp.size)
        func decision(_ outcome: ScanDecision.Outcome) -> ScanDecision {
            ScanDecision(path: file.path, outcome, size: file.stamp.size, duration: duration)
        }
        if let record { return decision(.known(record)) }
        // Assumes that the next scan finds the file unchanged.
        let objection = rules.objection(
            to: file.stamp,
            after: file.stamp,
            format: file.format,
            head: head[...],
            at: instant
        )
        return decision(objection.map { .stays($0) } ?? .goes)
    }
}
