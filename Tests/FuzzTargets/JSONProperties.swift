import Basics
import CallRecords

/// What was read and written reads as the same; each way to read agrees with the others.
enum JSONProperties {
    static func problem(_ input: Bytes) -> String? {
        let value = try? JSONParser.parse(input)
        let members = try? JSONParser.members(of: input)
        if (value?.members == nil) != (members == nil) { return "members are read of what is no object" }
        if let members, value?.members?.map(\.name) != members.map(\.name) { return "members with other names" }
        if input.first == UInt8(ascii: "{"), JSONSyntax.isObject(input) != (members != nil) {
            return "an object that is none at a glance"
        }
        var text = JSONWriter()
        text.string(input)
        guard (try? JSONParser.parse(text.bytes[...]))?.string == input.text else { return "a text that changed" }
        _ = ChannelFacts(decoding: Array(input))
        guard let value else { return nil }
        let written = bytes(of: value)
        guard let again = try? JSONParser.parse(written[...]) else { return "written JSON that is none" }
        return bytes(of: again) == written ? nil : "JSON that changed when it was written"
    }

    private static func bytes(of value: JSONValue) -> [UInt8] {
        var json = JSONWriter()
        json.value(value)
        return json.bytes
    }
}
