import Basics
import HTTP

extension JSONWriter {
    /// Milliseconds since 1970.
    mutating func milliseconds(_ name: StaticString, _ time: Timestamp) {
        required(name, Int(time.microseconds / 1000))
    }

    /// The members of the answer to a login and a refresh.
    mutating func grant(_ grant: LoginGrant) {
        let account = grant.account
        required("jwt", grant.accessToken)
        required("refreshToken", grant.refreshToken)
        milliseconds("expiresAt", grant.expiry)
        key("ami")
        beginObject()
        required("username", account.username)
        required("extension", account.extension)
        permissions(account.permissions)
        required("sessionId", grant.session.id)
        endObject()
        key("redis")
        beginObject()
        required("sessionKey", "session:\(grant.place)")
        milliseconds("expiresAt", grant.session.end)
        endObject()
        key("user")
        beginObject()
        required("username", account.username)
        required("role", account.role.rawValue)
        required("extension", account.extension)
        team(account.team)
        endObject()
    }

    /// A user as administrators see it.
    mutating func user(_ account: Account) {
        key("user")
        userObject(account)
    }

    mutating func userObject(_ account: Account) {
        beginObject()
        required("username", account.username)
        required("role", account.role.rawValue)
        required("extension", account.extension)
        required("name", account.name)
        permissions(account.permissions)
        team(account.team)
        key("disabled")
        boolean(account.isDisabled)
        required("version", account.version)
        endObject()
    }

    private mutating func team(_ team: Set<String>) {
        key("teams")
        beginArray()
        for member in team.sorted() { string(member) }
        endArray()
    }

    private mutating func permissions(_ permissions: Set<CallPermission>) {
        key("permissions")
        beginArray()
        for permission in CallPermission.allCases where permissions.contains(permission) {
            string(permission.rawValue)
        }
        endArray()
    }
}
