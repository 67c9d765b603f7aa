import Glibc
package import HTTP

extension ControlSocket {
    /// A client of the process that runs, for a command; `nil` when none listens.
    ///
    /// - Parameter probe: a path that the process answers, to see that it does.
    /// - Throws: when there is a process, but it does not answer, or may not be asked.
    package static func client(in directory: String, probe: String) async throws(HTTPError) -> HTTPClient? {
        let path = path(in: directory)
        guard unsafe access(path, F_OK) == 0 || errno == EACCES else { return nil }
        var settings = HTTPClient.Configuration(userAgent: Version.userAgent)
        settings.unixSocket = path
        let client = try HTTPClient(settings)
        do throws(HTTPError) {
            _ = try await client.send(HTTPRequest(.get, "http://localhost\(probe)", timeout: .seconds(5)))
            return client
        } catch {
            await client.close()
            switch error {
            case .unreachable, .unresolved: return nil
            default: throw error
            }
        }
    }
}
