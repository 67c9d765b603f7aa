/// The options of a simulated PBX.
package struct PBXConfiguration: Sendable {
    package var host = "127.0.0.1"
    /// The TCP port; 0 is any free port.
    package var port: UInt16 = 0
    package var users: [PBXUser] = [PBXUser()]
    package var dialect = PBXDialect()
    /// The same seed plays the same calls.
    package var seed: UInt64 = 1
    /// The kinds of calls that are played; empty means all.
    package var kinds: [CallKind] = []
    /// The number of simultaneous calls.
    package var concurrency = 8
    /// How long the kernel may take to accept one frame before the session ends; 100 ms is Asterisk's default and
    /// minimum.
    package var writeTimeout: Duration = .milliseconds(100)
    /// The delay of the answer to a failed login.
    package var loginFailureDelay: Duration = .seconds(1)
    /// How long a connection may take to log in before it is closed silently.
    package var loginTimeout: Duration = .seconds(30)
    /// Whether the answer to a login waits for the next events and is sent in one write with them.
    package var coalescesLogin = false
    /// How long it waits when there are no events.
    package var coalescingTime: Duration = .milliseconds(200)
    /// Whether all events of a `play` are rendered before the first is sent, to measure the speed of a receiver.
    ///
    /// The frames stay in memory, about 600 bytes each. Has no effect on playing without an end.
    package var prerenders = false
    /// The most bytes that may wait to be sent; while there are more, the calls wait too.
    package var queueLimit = 64 << 20
    /// The send buffer of each session in bytes; `nil` leaves it to the kernel.
    package var sendBufferSize: Int32?
    /// The file for the log of each CDR and CEL; `nil` only counts.
    package var emissionLogPath: String?
    /// A PBX with state in place of one that plays prepared calls; `nil` is the latter.
    package var live: ExchangeOptions?
    /// Faults that are active from the start.
    package var faults: [PBXFault] = []

    package init() {}
}
