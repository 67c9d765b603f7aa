import Basics
import HTTP

extension Authentication {
    /// The same for clients from these networks only; for all when there are none.
    func limited(to addresses: [String]) -> Authentication {
        let networks = addresses.compactMap(IPNetwork.init(_:))
        guard !networks.isEmpty else { return self }
        return Authentication(challenge: nil) { request, client in
            guard client.address.map({ address in networks.contains { $0.contains(address) } }) == true else {
                return .denied(RequestFailure(status: 403, code: CallerIDPort.addressCode, "Admin IP not whitelisted"))
            }
            return outcome(of: request, client)
        }
    }
}
