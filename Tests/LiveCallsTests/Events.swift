import AMI

/// Events made for a test.
enum Events {
    static func event(_ name: String, _ headers: KeyValuePairs<String, String>) -> AMIMessage {
        let lines = headers.map { "\($0.key): \($0.value)\r\n" }.joined()
        return AMIMessage(Array("Event: \(name)\r\nPrivilege: call,all\r\n\(lines)".utf8)[...])
    }

    static func newChannel(_ name: String, id: String, linked: String? = nil, state: Int = 0, exten: String = "s")
        -> AMIMessage
    {
        event(
            "Newchannel",
            [
                "Channel": name, "ChannelState": "\(state)", "CallerIDNum": "<unknown>", "Context": "from-internal",
                "Exten": exten, "Priority": "1", "Uniqueid": id, "Linkedid": linked ?? id,
            ]
        )
    }

    static func newState(_ id: String, _ state: Int) -> AMIMessage {
        event("Newstate", ["Uniqueid": id, "ChannelState": "\(state)"])
    }

    static func dial(_ caller: String, _ dialled: String) -> AMIMessage {
        event("DialBegin", ["Uniqueid": caller, "DestUniqueid": dialled])
    }

    static func enter(_ id: String, _ bridge: String, type: String = "basic", technology: String = "simple_bridge")
        -> AMIMessage
    {
        event(
            "BridgeEnter",
            ["BridgeUniqueid": bridge, "BridgeType": type, "BridgeTechnology": technology, "Uniqueid": id]
        )
    }

    static func leave(_ id: String, _ bridge: String) -> AMIMessage {
        event("BridgeLeave", ["BridgeUniqueid": bridge, "Uniqueid": id])
    }

    static func hangup(_ id: String, cause: Int = 16) -> AMIMessage {
        event("Hangup", ["Uniqueid": id, "Cause": "\(cause)", "Cause-txt": "Normal Clearing"])
    }
}
