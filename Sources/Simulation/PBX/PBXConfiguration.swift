/// Everything a simulated PBX can be told at its start.
package struct PBXConfiguration: Sendable {
    package var host = "127.0.0.1"
    /// 0 takes any free port.
    package var port: UInt16 = 0
    package var users: [PBXUser] = [PBXUser()]
    package var dialect = PBXDialect()
    /// The same seed plays the same calls.
    package var seed: UInt64 = 1
    /// Which kinds of calls are played; empty means all.
    package var kinds: [CallKind] = []
    /// How many calls go on at the same time.
    package var concurrency = 8
    /// How long the kernel may take for one frame before the session ends; Asterisk's default, and its minimum.
    package var writeTimeout: Duration = .milliseconds(100)
    /// How long an answer to a failed login is held back.
    package var loginFailureDelay: Duration = .seconds(1)
    /// How long a connection may take to log in; then it is closed without a word.
    package var loginTimeout: Duration = .seconds(30)
    /// The answer to a login waits for the next events and goes out in one write with them.
    package var coalescesLogin = false
    /// How long it waits when no events come.
    package var coalescingTime: Duration = .milliseconds(200)
    /// Renders all events of a `play` before the first is sent: for measuring how fast a receiver can be.
    ///
    /// The frames stay in memory, about 600 bytes each. Continuous playing renders as it goes all the same.
    package var prerenders = false
    /// Bytes that may wait to be sent; while there are more, the calls wait too.
    package var queueLimit = 64 << 20
    /// The send buffer of each session in bytes; `nil` leaves it to the kernel.
    package var sendBufferSize: Int32?
    /// Where to write the account of each CDR and CEL; `nil` only counts.
    package var emissionLogPath: String?
    /// Misbehaviour from the start.
    package var faults: [PBXFault] = []

    package init() {}
}
