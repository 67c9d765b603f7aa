import Basics
import CallRecords
import Delivery
import Spool

/// What ingest reports in the log, and the stored offsets of the PBX.
extension Ingest {
    /// Warns once about each missing setting of the PBX.
    func report(_ findings: RecordBuilder.Findings, since reported: inout RecordBuilder.Findings) {
        if findings.lacksMappings, !reported.lacksMappings {
            log.warning("CDRs without LinkedID, Sequence or StartEpoch, calls hard to link, times in whole seconds")
        }
        if findings.lacksCELs, !reported.lacksCELs {
            log.warning("CELs missing, transfers, queues and parking guessed from the last application")
        }
        if let found = findings.contradiction, reported.contradiction == nil {
            log.warning(
                "PBX_TZ ignored: the times of the PBX contradict it",
                [
                    .init("zone", found.zone), .init("offset_of_zone", Self.text(ofOffset: found.zoneOffset)),
                    .init("offset_of_pbx", Self.text(ofOffset: found.offset)), .init("at", found.at),
                ]
            )
        }
        reported = findings
    }

    /// `-04:00`.
    private static func text(ofOffset offset: Int) -> String {
        var text = Array((offset < 0 ? "-" : "+").utf8)
        text.appendDecimal(abs(offset) / 3600, width: 2)
        text.append(ASCII.colon)
        text.appendDecimal(abs(offset) / 60 % 60, width: 2)
        return String(decoding: text, as: UTF8.self)
    }

    /// Counts uncertain times, and warns about them at most once an hour.
    func report(_ times: UncertainTimes, since report: inout UncertainTimesReport) {
        guard let news = report.news(times, at: .now) else { return }
        for (source, count) in news.counts { metrics.uncertainTimes[source]?.add(count) }
        guard let total = news.toWarnOf else { return }
        log.warning(
            "times of records uncertain",
            TimeSource.allCases.map { .init(own: $0.rawValue, "\(total[$0] ?? 0)") }
                + [.init(own: "advice", "timestampevents and mappings make them certain: docs/times.md")]
        )
    }

    /// Loads the offsets of the PBX that an earlier run stored.
    func restoredSpans() async -> OffsetSpans {
        do throws(SpoolError) {
            return OffsetSpans(kept: try await spool.learned(Self.spansName) ?? [])
        } catch {
            log.error("offsets of the PBX unreadable", [.init("error", error)])
            return OffsetSpans()
        }
    }

    /// Stores the offsets of the PBX when they have changed.
    ///
    /// A failure is repeated with the next delivery, because nothing depends on it before the next start.
    func keepSpans(of builder: inout RecordBuilder) async {
        guard builder.clock.spans.isWorthKeeping else { return }
        let content = builder.clock.spans.taken()
        do throws(SpoolError) {
            try await spool.keep(content, asLearned: Self.spansName)
        } catch {
            metrics.spool.errors.add()
            builder.clock.spans.wereNotKept()
        }
    }

    private static let spansName = "time_spans"
}
