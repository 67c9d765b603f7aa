/// Who may learn of an event; stored with it, so that a replay shows nobody what was not for him at the time.
struct EventAudience: Sendable, Equatable {
    enum Scope: Sendable, Equatable {
        /// Every client, such as that the PBX is away.
        case all
        /// Those who see all calls, and the extensions named.
        case staff
        /// The user of this name, and administrators.
        case owner(String)
        /// Superusers only.
        case superusers
    }

    var scope = Scope.staff
    /// The extensions of the object before and after the change.
    var extensions: [[UInt8]] = []
    /// The call or queue that it is about, for rooms.
    var object: [UInt8] = []

    func includes(_ viewer: EventViewer) -> Bool {
        switch scope {
        case .all: true
        case .staff: viewer.role >= .manager || !viewer.extension.isEmpty && extensions.contains(viewer.extension)
        case .owner(let name): viewer.role >= .admin || viewer.username == name
        case .superusers: viewer.role == .superuser
        }
    }
}

/// What decides which events somebody gets.
struct EventViewer: Sendable, Equatable {
    let role: CallRole
    /// Empty for none.
    let `extension`: [UInt8]
    let username: String

    init(role: CallRole, extension: String, username: String = "") {
        self.role = role
        self.extension = Array(`extension`.utf8)
        self.username = username
    }

    init(_ account: Account) {
        self.init(role: account.role, extension: account.extension, username: account.username)
    }
}
