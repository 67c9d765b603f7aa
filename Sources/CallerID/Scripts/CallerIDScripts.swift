package import AGI
import Basics

/// The scripts that a dialplan starts with `AGI(agi://host/NAME)`: `next-cid`, `release` and `set_callerid`.
///
/// Each ends with the variable CALLERID_STATUS: OK, RATE, NONE, INVALID or ERROR. The caller ID of a call changes only
/// with OK, and only to a number of the list.
package struct CallerIDScripts: AGIHandler {
    let service: CallerIDService

    package init(_ service: CallerIDService) { self.service = service }

    private enum Script {
        case next
        case release
        case trunk

        init?(_ path: String) {
            switch path {
            case "next-cid": self = .next
            case "release": self = .release
            case "set_callerid", "agi_set_callerid", "agi_set_callerid.py": self = .trunk
            default: return nil
            }
        }
    }

    private enum Status: String {
        case ok = "OK"
        case rate = "RATE"
        case none = "NONE"
        case invalid = "INVALID"
        case error = "ERROR"
    }

    package func variables(for request: AGIRequest) -> [String] {
        let arguments = request.arguments
        switch Script(request.path) {
        case .next:
            var names: [String] = []
            if Self.argument(1, arguments) == nil { names.append("VICIDIAL_campaign") }
            if Self.argument(2, arguments) == nil { names.append("VICIDIAL_agent") }
            return names
        case .trunk where arguments.isEmpty && request.parameters.isEmpty: return ["TRUNK_NAME", "route_number"]
        case .trunk, .release, nil: return []
        }
    }

    package func answer(_ request: AGIRequest, variables: [String: String], reply: AGIReplyHandle) {
        answer(to: request, variables) { reply($0) }
    }

    /// Passes on the variables that a script sets: before this returns, or later on the thread of Redis.
    func answer(
        to request: AGIRequest,
        _ variables: [String: String],
        _ reply: @escaping @Sendable (AGIAnswer) -> Void
    ) {
        switch Script(request.path) {
        case .next: next(request, variables, reply)
        case .release: release(request, reply)
        case .trunk: trunk(request, variables, reply)
        case nil: reply(Self.answer(.error))
        }
    }

    package func fallback(for request: AGIRequest) -> AGIAnswer {
        Self.answer(.error, isRotation: Script(request.path) == .next)
    }

    private func next(
        _ request: AGIRequest,
        _ variables: [String: String],
        _ reply: @escaping @Sendable (AGIAnswer) -> Void
    ) {
        let arguments = request.arguments
        let to = Self.argument(0, arguments) ?? request.dialledExtension ?? ""
        let campaign = Self.argument(1, arguments) ?? variables["VICIDIAL_campaign"] ?? "default"
        let agent = Self.argument(2, arguments) ?? variables["VICIDIAL_agent"] ?? "unknown"
        guard let destination = Destination(to, withoutPrefix: service.prefix),
            let campaign = PartyName.cleaned(campaign), let agent = PartyName.cleaned(agent)
        else {
            service.metrics.requests[.invalid]?.add()
            return reply(Self.answer(.invalid, isRotation: true))
        }
        let selection = SelectionRequest(
            destination: destination,
            campaign: campaign,
            agent: agent,
            holder: request.uniqueID ?? ""
        )
        service.decide(.selection(selection), endpoint: "next-cid", method: "AGI") { reply(Self.answer($0)) }
    }

    private static func answer(_ answer: CallerIDService.Answer) -> AGIAnswer {
        switch answer {
        case .number(let number, let areaCode, let carrier, let reservedFor):
            return Self.answer([
                ("CALLERID(num)", number), ("CALLERID_AREA_CODE", areaCode.description), ("CALLERID_CARRIER", carrier),
                ("CALLERID_ROTATED", "1"), ("CALLERID_RESERVED_FOR", String(reservedFor)),
                ("CALLERID_STATUS", Status.ok.rawValue),
            ])
        case .rateLimited: return Self.answer(.rate, isRotation: true)
        case .unavailable: return Self.answer(.none, isRotation: true)
        case .undecided: return Self.answer(.error, isRotation: true)
        }
    }

    private func release(_ request: AGIRequest, _ reply: @escaping @Sendable (AGIAnswer) -> Void) {
        let arguments = request.arguments
        guard let number = Self.argument(0, arguments).flatMap(Digits.init(callerID:)) else {
            return reply(Self.answer(.invalid))
        }
        let wasUnused = Self.argument(1, arguments) == "unused"
        service.release(number, holder: request.uniqueID ?? "", wasUnused: wasUnused) { [service] isReleased in
            if isReleased { service.noteRelease(of: number, endpoint: "release", method: "AGI") }
            reply(Self.answer(isReleased ? .ok : .none))
        }
    }

    private func trunk(
        _ request: AGIRequest,
        _ variables: [String: String],
        _ reply: @escaping @Sendable (AGIAnswer) -> Void
    ) {
        let arguments = request.arguments
        func value(_ index: Int, _ name: String, _ variable: String?) -> String? {
            Self.argument(index, arguments) ?? request.parameter(name) ?? variable.flatMap { variables[$0] }
        }
        let lookup = TrunkLookup(
            trunk: value(0, "trunk", "TRUNK_NAME") ?? "",
            route: value(1, "route", "route_number") ?? "",
            callType: value(2, "call_type", nil) ?? TrunkLookup.callType(ofUniqueID: request.uniqueID ?? "")
        )
        service.find(lookup, endpoint: request.path) { result in
            switch result {
            case .failure: reply(Self.answer(.error))
            case .success(nil): reply(Self.answer(.none))
            case .success(let found?):
                reply(
                    Self.answer([
                        ("TRUNK_NAME", found.trunk), ("route_number", found.route), ("new_cid_number", found.number),
                        ("src_number", request.callerID ?? ""), ("CALLERID_STATUS", Status.ok.rawValue),
                    ])
                )
            }
        }
    }

    /// An argument that is there and not empty.
    private static func argument(_ index: Int, _ arguments: [String]) -> String? {
        arguments.indices.contains(index) && !arguments[index].isEmpty ? arguments[index] : nil
    }

    private static func answer(_ status: Status, isRotation: Bool = false) -> AGIAnswer {
        answer((isRotation ? [("CALLERID_ROTATED", "0")] : []) + [("CALLERID_STATUS", status.rawValue)])
    }

    /// An answer with all values that may be sent: what has a line break is left out, and text ends at 80 bytes.
    private static func answer(_ variables: [(String, String)]) -> AGIAnswer {
        var answer = AGIAnswer()
        for (name, value) in variables {
            var value = value
            while value.utf8.count > AGICommand.maximumWord { value.removeLast() }
            try? answer.set(name, value)
        }
        return answer
    }
}
