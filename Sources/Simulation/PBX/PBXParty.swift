import Basics

/// A party of a call: a desk phone, or a number behind a trunk.
struct PBXParty: Sendable {
    /// The channel's name without its number: `PJSIP/101`.
    var endpoint: String
    var number: String
    var name: String
    var account: String

    private static let departments = ["", "SALES", "SUPPORT", "ACME"]

    /// The phone of an extension; the same number always has the same name.
    static func phone(_ number: Int) -> PBXParty {
        PBXParty(
            endpoint: "PJSIP/\(number)",
            number: "\(number)",
            name: CallerNames.all[number % CallerNames.all.count],
            account: departments[number % departments.count]
        )
    }

    /// A subscriber of the telephone network, reached through a trunk.
    static func outside(using random: inout SplitMix64) -> PBXParty {
        let trunk = random.happens(onceIn: 3) ? "trunk-backup" : "trunk-main"
        let local = random.pick(2_000_000...9_999_999)
        let number =
            switch random.pick(1...8) {
            case 1: "+44207946\(random.pick(1000...9999))"
            case 2: "+4930901820\(random.pick(10...99))"
            default: "416\(local)"
            }
        let name = random.happens(onceIn: 5) ? "" : CallerNames.all[random.pick(0...CallerNames.all.count - 1)]
        return PBXParty(endpoint: "PJSIP/\(trunk)", number: number, name: name, account: "")
    }
}
