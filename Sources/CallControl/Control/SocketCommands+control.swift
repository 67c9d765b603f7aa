import HTTP

extension SocketCommands {
    /// What clients command over their sockets, with the checks of requests.
    static func control(_ service: CommandService, _ gate: CommandGate) -> SocketCommands {
        SocketCommands { caller, status, reason throws(RequestFailure) in
            let name = caller.account.extension
            let wanted = try CommandFields.one(of: AgentStatus.self, "status", status)
            let shown = reason.flatMap { ShownText($0) }
            guard reason == nil || shown != nil else {
                throw RequestFields.failure("reason: at most 80 bytes without control characters")
            }
            let parameters = [status, reason ?? ""].joined(separator: " ")
            try await gate.perform(.init("agent-status", name), by: caller, parameters: parameters) {
                caller throws(RequestFailure) in
                try await service.setPause(
                    wanted == .paused,
                    of: name,
                    in: nil,
                    reason: shown,
                    by: caller.account
                )
            }
        }
    }
}
