import Basics
import Connector
package import Delivery
package import HTTP

extension AdminRequest {
    /// What the routes of the control socket make of a request.
    package static func received(_ request: ServerRequest) throws -> AdminRequest {
        let read = Lock<AdminRequest?>(nil)
        var configuration = Router.Configuration()
        configuration.errors = .text
        let routes = AdminRequest.routes { method, pattern, reader in
            .immediate(method, pattern, access: .open) { request in
                let question = try reader(request)
                read.withLock { $0 = question }
                return ServerResponse(status: 200)
            }
        }
        let response = try Router(routes, configuration).immediateAnswer(request)
        if let question = read.withLock({ $0 }) { return question }
        let text = String(decoding: (response?.body ?? []).dropLast(), as: UTF8.self)
        throw AdminError(AdminError.Kind(rawValue: response?.status ?? 0) ?? .unavailable, text)
    }
}
