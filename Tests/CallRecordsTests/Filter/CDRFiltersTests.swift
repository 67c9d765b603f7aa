import AMI
import Basics
import CallRecords
import Testing

struct CDRFiltersTests {
    /// A call that no filter leaves out but one: two extensions, not answered, no time.
    private func reason(
        _ destination: String = "102",
        _ disposition: String = "NO ANSWER",
        duration: Int = 0,
        billsec: Int = 0,
        types: (NumberType, NumberType) = (.extension, .extension),
        _ change: (inout FilterSettings) -> Void
    ) -> FilterReason? {
        var settings = FilterSettings()
        change(&settings)
        return CDRFilters(settings).reason(
            toLeaveOut: FilterInput(
                destination: bytes(destination),
                disposition: bytes(disposition),
                duration: duration,
                billableSeconds: billsec,
                sourceType: types.0,
                destinationType: types.1
            )
        )
    }

    private func everything(_ settings: inout FilterSettings) {
        settings.leavesOutQueueAttempts = true
        settings.leavesOutZeroDuration = true
        settings.minimumDuration = 5
        settings.internalOnly = true
    }

    @Test func `an excluded destination is left out when nobody answered and it took no time`() {
        #expect(reason("h") { _ in } == .excludedDestination)
        #expect(reason("h", "ANSWERED") { _ in } == nil)
        #expect(reason("h", duration: 1) { _ in } == nil)
        #expect(reason("h", billsec: 1) { _ in } == nil)
        #expect(reason("s") { _ in } == nil)
        #expect(reason("hh") { _ in } == nil)
        #expect(reason("t", "BUSY") { $0.excludedDestinations = ["h", "t"] } == .excludedDestination)
        #expect(reason("h") { $0.excludedDestinations = [] } == nil)
    }

    @Test func `an attempt of a queue is left out when that is asked for`() {
        #expect(reason("s") { $0.leavesOutQueueAttempts = true } == .queueAttempt)
        #expect(reason("s", "no answer") { $0.leavesOutQueueAttempts = true } == .queueAttempt)
        #expect(reason("s", "BUSY") { $0.leavesOutQueueAttempts = true } == nil)
        #expect(reason("s", duration: 1) { $0.leavesOutQueueAttempts = true } == nil)
        #expect(reason("102") { $0.leavesOutQueueAttempts = true } == nil)
        let billed = reason("h", billsec: 1) { $0.leavesOutQueueAttempts = true }
        #expect(billed == .queueAttempt)
    }

    @Test(arguments: ["BUSY", "FAILED", "CONGESTION", "ANSWERED", "busy"])
    func `a call of no time is sent when its disposition says something`(disposition: String) {
        #expect(reason("102", disposition) { $0.leavesOutZeroDuration = true } == nil)
    }

    @Test(arguments: ["NO ANSWER", "CANCEL", "UNKNOWN", ""])
    func `a call of no time is left out otherwise`(disposition: String) {
        #expect(reason("102", disposition) { $0.leavesOutZeroDuration = true } == .zeroDuration)
        #expect(reason("102", disposition, duration: 1) { $0.leavesOutZeroDuration = true } == nil)
        #expect(reason("102", disposition, billsec: 1) { $0.leavesOutZeroDuration = true } == nil)
    }

    @Test func `a call below the minimum is left out, one of just that is not`() {
        #expect(reason("102", "ANSWERED", duration: 4) { $0.minimumDuration = 5 } == .minimumDuration)
        #expect(reason("102", "ANSWERED", duration: 5) { $0.minimumDuration = 5 } == nil)
        #expect(reason("102", duration: 0) { $0.minimumDuration = 0 } == nil)
    }

    @Test func `only calls between extensions are sent when that is asked for`() {
        #expect(reason { $0.internalOnly = true } == nil)
        #expect(reason(types: (.longDistance, .extension)) { $0.internalOnly = true } == .notInternal)
        #expect(reason(types: (.extension, .anonymous)) { $0.internalOnly = true } == .notInternal)
    }

    @Test func `the first filter of the order gives the reason`() {
        let outside = (NumberType.unknown, NumberType.unknown)
        #expect(reason("h", types: outside, everything) == .excludedDestination)
        #expect(reason("s", types: outside, everything) == .queueAttempt)
        #expect(reason("102", types: outside, everything) == .zeroDuration)
        #expect(reason("102", "BUSY", types: outside, everything) == .minimumDuration)
        #expect(reason("102", "BUSY", duration: 9, types: outside, everything) == .notInternal)
        #expect(reason("102", "BUSY", duration: 9, everything) == nil)
    }

    @Test func `nothing is left out when filters are off`() {
        for destination in ["h", "s", "102"] {
            #expect(
                reason(destination, types: (.unknown, .unknown)) { settings in
                    everything(&settings)
                    settings.isEnabled = false
                } == nil
            )
        }
    }

    @Test func `the labels are those of the contract`() {
        #expect(
            FilterReason.allCases.map(\.rawValue) == [
                "excluded_destination", "queue_attempt", "zero_duration", "min_duration", "not_internal",
            ]
        )
    }

    @Test func `a Cdr event is read for direction and filters`() {
        let text =
            "Event: Cdr\r\nSource: 4165551234\r\nDestination: h\r\nDestinationContext: ext-queues\r\n"
            + "Channel: PJSIP/trunk-1\r\nLastApplication: Queue\r\nLastData: sales\r\nDuration: 0\r\n"
            + "BillableSeconds: 0\r\nDisposition: NO ANSWER\r\n"
        let message = AMIMessage(bytes(text))
        var classifier = DirectionClassifier()
        let input = DirectionInput(message, context: bytes("from-trunk"))
        let decision = classifier.decision(input, at: .now)
        #expect(
            input
                == DirectionInput(
                    "4165551234",
                    "h",
                    from: "from-trunk",
                    to: "ext-queues",
                    channel: "PJSIP/trunk-1",
                    application: "Queue",
                    data: "sales"
                )
        )
        #expect(decision.direction == .inbound && decision.metadata.contexts.contains(.queue))
        #expect(CDRFilters().reason(toLeaveOut: FilterInput(message, decision.metadata)) == .excludedDestination)
    }
}
