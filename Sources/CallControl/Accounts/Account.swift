import Basics

/// A user of the service, without the password.
package struct Account: Sendable, Equatable {
    /// 1 to 64 of `A-Z a-z 0-9 . _ -`; compared byte by byte.
    package let username: String
    package var role: CallRole
    /// The phone of the user; empty for none.
    package var `extension`: String
    /// What the page shows, at most 80 bytes.
    package var name: String
    package var permissions: Set<CallPermission>
    /// The extensions that a manager controls.
    package var team: Set<String>
    package var isDisabled = false
    /// Rises with each change.
    package var version = 1

    package init(
        _ username: String,
        _ role: CallRole,
        extension: String = "",
        name: String = "",
        permissions: Set<CallPermission> = [],
        team: Set<String> = []
    ) {
        self.username = username
        self.role = role
        self.extension = `extension`
        self.name = name
        self.permissions = permissions
        self.team = team
    }

    /// The most extensions of a team.
    package static let largestTeam = 1000

    package static func isUsername(_ text: String) -> Bool {
        1...64 ~= text.utf8.count
            && text.utf8.allSatisfy { byte in
                ASCII.isDigit(byte) || ASCII.lowercased(byte) &- UInt8(ascii: "a") < 26
                    || [UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-")].contains(byte)
            }
    }

    /// Whether the user may do this with a call of an extension.
    package func may(_ permission: CallPermission, callOf extension: String) -> Bool {
        guard !isDisabled else { return false }
        switch role {
        case .admin, .superuser: return true
        case .manager where team.contains(`extension`): return true
        case .manager, .agent:
            return !self.extension.isEmpty && self.extension == `extension`
                && (permissions.contains(permission) || permissions.contains(.all))
        }
    }

    /// Whether the user may pause an agent, or make one available again: each user the own state.
    package func maySetState(of extension: String) -> Bool {
        mayManageQueues(of: `extension`)
            || !isDisabled && !self.extension.isEmpty && self.extension == `extension`
    }

    /// Whether the user may put an agent into queues, and take it out.
    package func mayManageQueues(of extension: String) -> Bool {
        guard !isDisabled else { return false }
        switch role {
        case .admin, .superuser: return true
        case .manager: return team.contains(`extension`)
        case .agent: return false
        }
    }
}
