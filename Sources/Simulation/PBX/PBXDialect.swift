package import Basics

/// How the simulated PBX writes its events.
package struct PBXDialect: Sendable {
    /// Lines of `[mappings]` in cdr_manager.conf, in the order of the headers.
    package enum Mapping: String, Sendable, CaseIterable {
        case linkedID = "LinkedID"
        case sequence = "Sequence"
        case peerAccount = "PeerAccount"
        case startEpoch = "StartEpoch"
        case answerEpoch = "AnswerEpoch"
        case endEpoch = "EndEpoch"
    }

    /// The zone of the local times in Cdr and CEL; `nil` is UTC.
    package var zone: TimeZoneRules?
    /// All by default, as the manual recommends; Asterisk's own default is none.
    package var mappings: Set<Mapping>
    /// `timestampevents=` of manager.conf.
    package var timestampsEvents: Bool
    /// `systemname=` of asterisk.conf: a header of each event and a prefix of each UniqueID; `nil` omits it.
    package var systemName: String?
    /// `congestion=` of cdr.conf: whether a congested call has the disposition `CONGESTION` in its Cdr, else `FAILED`.
    package var reportsCongestion: Bool

    package init(
        zone: TimeZoneRules? = nil,
        mappings: Set<Mapping> = Set(Mapping.allCases),
        timestampsEvents: Bool = true,
        systemName: String? = nil,
        reportsCongestion: Bool = true
    ) {
        self.zone = zone
        self.mappings = mappings
        self.timestampsEvents = timestampsEvents
        self.systemName = systemName
        self.reportsCongestion = reportsCongestion
    }

    /// Appends the headers with which each event begins.
    func appendStart(of event: String, _ kind: PBXFrameKind, at time: Timestamp, to bytes: inout [UInt8]) {
        bytes.appendHeader("Event", event)
        bytes.appendHeader("Privilege", kind.privilege)
        if timestampsEvents { bytes.appendHeader("Timestamp", epoch: time) }
        if let systemName { bytes.appendHeader("SystemName", systemName) }
    }

    /// Appends `name: YYYY-MM-DD HH:MM:SS` in the zone; an empty value for `nil`.
    func appendLocalTime(_ name: String, _ time: Timestamp?, to bytes: inout [UInt8]) {
        bytes.append(contentsOf: name.utf8)
        bytes.append(ASCII.colon)
        bytes.append(ASCII.space)
        if let seconds = time?.seconds {
            CivilTime(secondsSinceEpoch: seconds + (zone?.offset(at: seconds) ?? 0)).append(to: &bytes)
        }
        bytes.appendLineEnd()
    }
}
