import AMI

extension AsteriskCalls {
    /// A call that another lab makes over IAX2: from outside, or from a telephone.
    struct TrunkCall: Sendable {
        enum Origin: String, Sendable {
            case carrier
            case phone
        }

        let origin: Origin
        let caller: String
        let number: String
        /// What the caller does once it is answered: an extension of the context `phone`.
        var person = "talk"
    }

    /// Those whose CDRs Tests/Fixtures/asterisk-directions.txt tells, but for the one that fetches a parked call.
    static let throughTrunk = [
        TrunkCall(origin: .phone, caller: "201", number: "301"),
        TrunkCall(origin: .phone, caller: "202", number: "302"),
        TrunkCall(origin: .phone, caller: "203", number: "303"),
        TrunkCall(origin: .phone, caller: "205", number: "330", person: "speak"),
        TrunkCall(origin: .phone, caller: "206", number: "370"),
        TrunkCall(origin: .phone, caller: "207", number: "320"),
        TrunkCall(origin: .phone, caller: "208", number: "321"),
        TrunkCall(origin: .phone, caller: "209", number: "14165550199"),
        TrunkCall(origin: .phone, caller: "210", number: "94165550199"),
        TrunkCall(origin: .phone, caller: "211", number: "901133123456789"),
        TrunkCall(origin: .phone, caller: "212", number: "14165550486"),
        TrunkCall(origin: .phone, caller: "213", number: "14165550503"),
        TrunkCall(origin: .carrier, caller: "4165559801", number: "4165551301"),
        TrunkCall(origin: .carrier, caller: "4165559802", number: "4165551302"),
        TrunkCall(origin: .carrier, caller: "4165559803", number: "4165551303"),
        TrunkCall(origin: .carrier, caller: "+4930123456", number: "4165551301"),
        TrunkCall(origin: .carrier, caller: "", number: "4165551301"),
        TrunkCall(origin: .carrier, caller: "4165559805", number: "4165551400"),
        TrunkCall(origin: .carrier, caller: "4165559806", number: "4165551400", person: "impatient"),
        TrunkCall(origin: .carrier, caller: "4165559807", number: "4165551401"),
        TrunkCall(origin: .carrier, caller: "4165559808", number: "4165551402"),
        TrunkCall(origin: .carrier, caller: "4165559809", number: "4165551403", person: "speak"),
        TrunkCall(origin: .carrier, caller: "4165559810", number: "4165551320"),
        TrunkCall(origin: .carrier, caller: "4165559811", number: "4165551321"),
        TrunkCall(origin: .carrier, caller: "4165559812", number: "4165551404"),
        TrunkCall(origin: .carrier, caller: "4165559813", number: "4165551405"),
        TrunkCall(origin: .carrier, caller: "4165559814", number: "4165551406"),
    ]

    /// Fetches the call of `throughTrunk` that is parked in the lobby.
    static let fetchingParked = TrunkCall(origin: .phone, caller: "214", number: "801", person: "brief")

    /// Stays in a queue with an agent until the channels are hung up.
    static let patient = TrunkCall(origin: .carrier, caller: "4165559815", number: "4165551407", person: "wait")

    /// Those whose recordings Tests/Fixtures/asterisk-recordings.txt tells, and one whose recording stays empty.
    static let recorded = [
        TrunkCall(origin: .phone, caller: "221", number: "14165550561", person: "speak"),
        TrunkCall(origin: .phone, caller: "222", number: "351", person: "speak"),
        TrunkCall(origin: .phone, caller: "223", number: "352", person: "speak"),
        TrunkCall(origin: .phone, caller: "224", number: "353", person: "speak"),
        TrunkCall(origin: .phone, caller: "225", number: "354", person: "speak"),
        TrunkCall(origin: .phone, caller: "226", number: "355", person: "speak"),
        TrunkCall(origin: .phone, caller: "227", number: "356"),
        TrunkCall(origin: .carrier, caller: "4165559821", number: "4165551501", person: "speak"),
        TrunkCall(origin: .carrier, caller: "4165559822", number: "4165551502", person: "speak"),
        TrunkCall(origin: .carrier, caller: "4165559823", number: "4165551503", person: "speak"),
        TrunkCall(origin: .carrier, caller: "4165559824", number: "4165551504", person: "speak"),
    ]

    /// Has itself recorded by pressing a key, of which no CEL tells.
    static let oneTouch = TrunkCall(origin: .phone, caller: "229", number: "358", person: "press")

    /// Is recorded into `lasting.wav` and `lasting.sln` until the channels are hung up.
    static let lasting = TrunkCall(origin: .phone, caller: "228", number: "357", person: "tell")

    /// Makes a call from this lab to the one at the other end of the trunk.
    func make(_ call: TrunkCall) async throws {
        _ = try await client.send(
            AMIAction(
                "Originate",
                [
                    ("Channel", "IAX2/as-\(call.origin.rawValue)/\(call.number)"), ("Context", "phone"),
                    ("Exten", call.person), ("Priority", "1"), ("CallerID", "<\(call.caller)>"), ("Async", "true"),
                    ("Timeout", "20000"),
                ]
            )
        )
    }
}
