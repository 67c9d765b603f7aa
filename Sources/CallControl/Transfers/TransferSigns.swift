import AMI
import Basics

/// What events say about the channels of transfers and no list shows: why a channel ended, that an Originate was
/// answered, that the dialplan rings the agent again.
///
/// Only the channels of transfers that are at work are followed; the rest costs a look at the name of the event.
final class TransferSigns: Sendable {
    private struct State {
        /// How many transfers follow a channel.
        var followed: [[UInt8]: Int] = [:]
        var seen: Set<[UInt8]> = []
        var causes: [[UInt8]: Int] = [:]
        var answered: Set<[UInt8]> = []
        /// By the id of the transfer; present from its start to its end.
        var returns: [[UInt8]: String?] = [:]
    }

    private let state = Lock(State())

    /// The events that `take` needs.
    static let eventNames = ["Hangup", "OriginateResponse", "UserEvent"]

    func follow(_ record: TransferRecord) {
        state.withLock { state in
            for id in Self.channels(of: record) { state.followed[id, default: 0] += 1 }
            state.returns[Array(record.id.utf8)] = .some(nil)
        }
    }

    func forget(_ record: TransferRecord) {
        state.withLock { state in
            state.returns[Array(record.id.utf8)] = nil
            for id in Self.channels(of: record) {
                let count = (state.followed[id] ?? 1) - 1
                state.followed[id] = count > 0 ? count : nil
                guard count <= 0 else { continue }
                state.causes[id] = nil
                state.seen.remove(id)
                state.answered.remove(id)
            }
        }
    }

    private static func channels(of record: TransferRecord) -> [[UInt8]] {
        [record.customer, record.agent, record.target].filter { !$0.isEmpty }.map { Array($0.utf8) }
    }

    /// Takes an event in, before those who wait look at the live state.
    func take(_ event: AMIMessage) {
        let name = event.event
        if name.equalsIgnoringCase("Hangup") {
            note(event) { state, id in state.causes[id] = event[.cause]?.integer ?? 0 }
        } else if name.equalsIgnoringCase("OriginateResponse") {
            guard event[.response]?.equalsIgnoringCase("Success") == true else { return }
            note(event) { state, id in state.answered.insert(id) }
        } else if name.equalsIgnoringCase("UserEvent") {
            guard event[.userEvent]?.equals("CallTransferReturn") == true, let id = event[.transferID] else { return }
            let status = (event[.dialStatus] ?? []).prefix(40).text
            state.withLock { state in
                if state.returns[Array(id)] != nil { state.returns[Array(id)] = status }
            }
        }
    }

    private func note(_ event: AMIMessage, _ body: (inout State, [UInt8]) -> Void) {
        guard let id = event[.uniqueID] else { return }
        state.withLock { state in
            guard !state.followed.isEmpty else { return }
            let id = Array(id)
            if state.followed[id] != nil { body(&state, id) }
        }
    }

    /// That a channel was there.
    func noteSeen(_ channel: Bytes) { state.withLock { state in _ = state.seen.insert(Array(channel)) } }

    func isSeen(_ channel: Bytes) -> Bool { state.withLock { $0.seen.contains(Array(channel)) } }

    /// Whether the Originate of a channel has succeeded.
    func isAnswered(_ channel: Bytes) -> Bool { state.withLock { $0.answered.contains(Array(channel)) } }

    /// Why a channel ended; `nil` while no Hangup was seen.
    func failure(of channel: Bytes) -> TransferFailure? {
        state.withLock { $0.causes[Array(channel)] }.map { TransferFailure(cause: $0) }
    }

    /// The status with which the dialplan has given up on the target; `nil` until it has.
    func returnStatus(of transfer: String) -> String? { state.withLock { $0.returns[Array(transfer.utf8)] ?? nil } }
}

extension HeaderName {
    fileprivate static let cause: HeaderName = "Cause"
    fileprivate static let dialStatus: HeaderName = "DialStatus"
    fileprivate static let userEvent: HeaderName = "UserEvent"
    fileprivate static let transferID: HeaderName = "TransferId"
}
