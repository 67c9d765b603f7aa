/// What a user may do; each role includes those before it.
package enum CallRole: String, Sendable, CaseIterable, Comparable {
    /// Sees and controls the calls of the own extension.
    case agent
    /// Sees all calls, and controls those of the team.
    case manager
    case admin
    case superuser

    package static func < (left: CallRole, right: CallRole) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .agent: 0
        case .manager: 1
        case .admin: 2
        case .superuser: 3
        }
    }

    /// Whether a user with this role may create, change or disable one with `role`, also by giving it to somebody.
    package func mayManage(_ role: CallRole) -> Bool {
        switch self {
        case .superuser: true
        case .admin: role <= .manager
        case .manager, .agent: false
        }
    }
}

/// What an agent may do with the own calls.
package enum CallPermission: String, Sendable, CaseIterable {
    case makeCalls = "make_calls"
    case transferCalls = "transfer_calls"
    case recordCalls = "record_calls"
    case holdCalls = "hold_calls"
    case parkCalls = "park_calls"
    /// Targets that are no extension.
    case externalCalls = "external_calls"
    case all = "*"
}
