/// A request for the caller ID of a call, as it arrives over HTTP or FastAGI.
package enum NextCallerIDRequest: Sendable, Equatable {
    /// Rotation: pool, area code, quotas, reservation.
    case selection(SelectionRequest)
    /// The number that a trunk shows.
    case lookup(TrunkLookup, SelectionRequest)

    /// Why a request cannot be answered.
    package enum Problem: Error, Equatable {
        /// These parameters are missing.
        case missing([String])
        case destination
        case agent
        case campaign
        case requestID

        /// The text of the answer; empty for missing parameters, which are listed.
        package var text: String {
            switch self {
            case .missing: ""
            case .destination: "Invalid destination phone number"
            case .agent: "Invalid agent"
            case .campaign: "Invalid campaign"
            case .requestID: "Invalid request_id"
            }
        }
    }

    /// - Parameter prefix: digits of the dial plan before the destination.
    package init(_ parameters: RequestParameters, withoutPrefix prefix: String) throws(Problem) {
        guard let to = parameters["to"], let campaign = parameters["campaign"], let agent = parameters["agent"] else {
            throw .missing(["to", "campaign", "agent"].filter { parameters[$0] == nil })
        }
        guard let destination = Destination(to, withoutPrefix: prefix) else { throw .destination }
        guard let campaign = PartyName.cleaned(campaign) else { throw .campaign }
        guard let agent = PartyName.cleaned(agent) else { throw .agent }
        let id = parameters["request_id"] ?? ""
        guard id.utf8.count <= 64, id.utf8.allSatisfy({ $0 > 32 && $0 < 127 }) else { throw .requestID }
        let request = SelectionRequest(
            destination: destination,
            campaign: campaign,
            agent: agent,
            holder: id,
            isRepeatable: true
        )
        guard let trunk = parameters["trunk"], !trunk.isEmpty else {
            self = .selection(request)
            return
        }
        let lookup = TrunkLookup(
            trunk: trunk,
            route: parameters["route"] ?? "",
            callType: parameters["call_type"] ?? "manual"
        )
        self = .lookup(lookup, request)
    }

    /// The request without its way to a number.
    package var request: SelectionRequest {
        switch self {
        case .selection(let request), .lookup(_, let request): request
        }
    }
}
