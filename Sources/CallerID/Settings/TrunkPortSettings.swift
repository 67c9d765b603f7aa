package import Basics

/// The settings of the port by which an older switch administers the numbers of trunks.
package struct TrunkPortSettings: Sendable {
    /// 0 turns it off.
    package var port: UInt16 = 5044
    /// Empty turns it off.
    package var user = ""
    package var password = Secret("")
    package var passwordFile: String?
    /// `TRUNK=ROUTE` each; the route may be empty.
    package var routes: [String] = []

    package var isOn: Bool { port != 0 && !user.isEmpty }

    var routesOfTrunks: [String: String] {
        Dictionary(routes.compactMap(Self.route), uniquingKeysWith: { _, last in last })
    }

    /// Reads `TRUNK=ROUTE`.
    static func route(_ text: String) -> (String, String)? {
        let parts = text.split(separator: "=", omittingEmptySubsequences: false).map { String($0) }
        guard parts.count == 2, TrunkName.isValid(parts[0]), parts[1].utf8.allSatisfy(ASCII.isDigit) else { return nil }
        return (parts[0], parts[1])
    }
}
