package import Basics
import Glibc
package import Spool

/// Scans the watched folders, and records each finished recording in the spool.
///
/// The scan runs on its own thread and waits there for the spool. Memory does not grow with the number of files.
package struct RecordingFinder: Sendable {
    /// The number of files in one query of the spool.
    private static let groupSize = 200

    private let scanner: RecordingScanner
    private let rules: ReadinessRules
    private let spool: RecordSpool
    private let deletes: Bool

    /// - Parameters:
    ///   - roots: absolute paths of folders.
    ///   - deletes: whether an uploaded file is deleted; else it moves to `.processed`.
    package init(roots: [String], rules: ReadinessRules, spool: RecordSpool, deletes: Bool = false) {
        scanner = RecordingScanner(roots: roots, rules: rules)
        self.rules = rules
        self.spool = spool
        self.deletes = deletes
    }

    /// Scans once; stops early, between two files, when the task is cancelled or the spool fails.
    ///
    /// - Parameter puttingAway: whether uploaded files that still exist are moved or deleted; an earlier run may have
    ///   ended before it did so.
    package func scan(at instant: Timestamp, puttingAway: Bool = false) async -> ScanReport {
        let stop = StopFlag()
        return await withTaskCancellationHandler {
            do throws(SystemError) {
                return try await Thread.run("recordings") { walk(at: instant, puttingAway, unless: stop) }
            } catch {
                var report = ScanReport()
                report.failure = .noThread(error)
                return report
            }
        } onCancel: {
            stop.raise()
        }
    }

    /// Scans once; blocks.
    private func walk(at instant: Timestamp, _ puttingAway: Bool, unless stop: StopFlag) -> ScanReport {
        var report = ScanReport()
        report.putsAway = puttingAway
        var group: [FoundFile] = []
        scanner.scan(at: instant) { finding in
            switch finding {
            case .candidate(let file):
                group.append(file)
                if group.count == Self.groupSize { settle(&group, at: instant, &report) }
            case .left(let path, let reason): report.note(reason, of: path)
            case .unreadable(let failure): report.note(failure)
            }
            return report.failure == nil && !stop.isRaised
        }
        if report.failure == nil && !stop.isRaised { settle(&group, at: instant, &report) }
        return report
    }

    /// Decides about some files, and records them in one transaction.
    private func settle(_ group: inout [FoundFile], at instant: Timestamp, _ report: inout ScanReport) {
        guard !group.isEmpty else { return }
        let (files, spool) = (group, spool)
        group.removeAll(keepingCapacity: true)
        do throws(SpoolError) {
            let known = try Thread.waiting { () async -> Result<[StoredRecording?], SpoolError> in
                do throws(SpoolError) {
                    return .success(try await spool.perform { try $0.recordings.matching(files.map(\.stamp)) })
                } catch {
                    return .failure(error)
                }
            }.get()
            let sightings = zip(files, known).compactMap { sighting($0, known: $1, at: instant, &report) }
            guard !sightings.isEmpty else { return }
            try Thread.waiting { () async -> Result<Void, SpoolError> in
                do throws(SpoolError) {
                    return .success(try await spool.perform { try $0.recordings.note(sightings, at: instant) })
                } catch {
                    return .failure(error)
                }
            }.get()
        } catch {
            report.failure = error
        }
    }

    /// What to record about a file; `nil` when nothing is new.
    private func sighting(
        _ file: FoundFile,
        known: StoredRecording?,
        at instant: Timestamp,
        _ report: inout ScanReport
    ) -> RecordingSighting? {
        func sighting(isReady: Bool) -> RecordingSighting {
            RecordingSighting(look: file.stamp, path: file.path, rootLength: file.rootLength, isReady: isReady)
        }
        if let known, known.state != .seen {
            // A file that changed after it was read may have other content, so it stays.
            let isAsRead = known.look.changed == 0 || known.look == file.stamp
            if known.state == .done && report.putsAway && isAsRead,
                [.moved, .deleted].contains(RecordingShelf.putAway(file, deletes: deletes))
            {
                return nil
            }
            report.known += 1
            return known.path == file.path ? nil : sighting(isReady: false)
        }
        let head: [UInt8]
        do throws(Unreadable) {
            head = try RecordingFile.head(of: file)
        } catch {
            // ENOENT: it was just moved or deleted.
            if error.error.code != ENOENT { report.note(error) }
            return nil
        }
        let objection = rules.objection(
            to: file.stamp,
            after: known?.look,
            format: file.format,
            head: head[...],
            at: instant
        )
        switch objection {
        case nil: report.ready += 1
        case .unsettled?: report.note(.unsettled)
        case let reason?:
            report.note(reason)
            return nil
        }
        return sighting(isReady: objection == nil)
    }
}
