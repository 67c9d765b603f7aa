package import AMI
import Basics

extension AMIConfiguration {
    /// The configuration of a client that connects so.
    package var client: AMIClient.Configuration {
        var client = AMIClient.Configuration(
            host: host,
            port: port,
            credentials: .init(username: username, password: password)
        )
        if tls { client.tls = .init(authorityFile: tlsCAFile, verifies: tlsVerify) }
        return client
    }
}
