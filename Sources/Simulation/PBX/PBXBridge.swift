import Basics

/// A bridge of a simulated call.
struct PBXBridge: Sendable {
    enum Technology: String, Sendable {
        case simple = "simple_bridge"
        case holding = "holding_bridge"
        case conference = "softmix"
    }

    let id: String
    let technology: Technology
    /// Indices of the channels in the bridge, in the order of entry.
    var members: [Int] = []

    init(_ technology: Technology, using random: inout SplitMix64) {
        self.technology = technology
        let (high, low) = (random.next(), random.next())
        let bytes = (0..<16).map { UInt8(truncatingIfNeeded: ($0 < 8 ? high : low) >> UInt64($0 % 8 * 8)) }
        let digits = ASCII.hexadecimal(bytes)[...]
        var dashed: [UInt8] = []
        for (index, digit) in digits.enumerated() {
            if [8, 12, 16, 20].contains(index) { dashed.append(ASCII.minus) }
            dashed.append(digit)
        }
        id = dashed[...].text
    }

    func append(to bytes: inout [UInt8]) {
        bytes.appendHeader("BridgeUniqueid", id)
        let (type, creator, name) =
            switch technology {
            case .simple: ("basic", "<unknown>", "<unknown>")
            case .holding: ("parking", "Parking", "default")
            case .conference: ("base", "ConfBridge", "600")
            }
        bytes.appendHeader("BridgeType", type)
        bytes.appendHeader("BridgeTechnology", technology.rawValue)
        bytes.appendHeader("BridgeCreator", creator)
        bytes.appendHeader("BridgeName", name)
        bytes.appendHeader("BridgeNumChannels", members.count)
        bytes.appendHeader("BridgeVideoSourceMode", "none")
    }
}
