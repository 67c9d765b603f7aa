/// What a live exchange is like: its people, its queues and how they behave.
package struct ExchangeOptions: Sendable {
    /// Phones from 1001 on.
    package var agents = 10
    /// Queues from `q600` on; the phones are dealt out among them as members.
    package var queues = 3
    /// Calls that come in or are made without anybody asking for them.
    package var callsPerMinute = 0
    /// How long somebody lets the phone ring before answering.
    package var ringSeconds = 1...5
    /// How long people talk before one hangs up.
    package var talkSeconds = 20...120
    /// How long people talk in calls that were made by an action.
    package var requestedTalkSeconds = 300...900
    /// How long a caller waits in a queue at most.
    package var patienceSeconds = 15...90
    /// A phone is busy once in so many times; 0 is never.
    package var busyOnceIn = 20
    /// Nobody answers once in so many times; 0 is never.
    package var unansweredOnceIn = 12
    /// Phones that ring and that nobody answers.
    package var silentPhones: [String] = []
    /// Agents, counted from the last one, whose phone is not registered.
    package var unregistered = 0
    /// Things that go wrong.
    package var faults: [ActionFault] = []

    package init() {}
}
