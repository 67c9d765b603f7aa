import Daemon

/// The address of a service on another machine, which a command names by `--url`.
struct RemoteService: Equatable {
    /// Without slashes at the end.
    let url: String
    /// What a user should know before the token goes there; `nil` when nothing can be tapped.
    let warning: String?

    /// - Parameter text: what the user wrote; `nil` when it is no such address.
    init?(_ text: String) {
        guard let address = WebAddress(text), ["http", "https"].contains(address.scheme) else { return nil }
        url = String(text.reversed().drop { $0 == "/" }.reversed())
        warning =
            address.scheme == "https" || address.isLoopback
            ? nil : "--url sends numbers and the token to \(address.host) without encryption; use https://"
    }
}
