package import Basics

/// A packet of Socket.IO 5, which is the data of an Engine.IO packet `4`.
///
/// **Format.** A digit for the kind; the namespace and a comma unless it is `/`; the id of an acknowledgement, if one is
/// wanted or given; JSON. So `2["name",{…}]`, `21["name"]`, `31[{…}]`, `0/admin,{"token":"…"}`. Kinds 5 and 6 are
/// binary: refused.
package struct SocketIOPacket: Sendable, Equatable {
    package enum Kind: UInt8, Sendable, CaseIterable {
        case connect = 0
        case disconnect = 1
        case event = 2
        case acknowledgement = 3
        case connectError = 4
    }

    package let kind: Kind
    package let namespace: String
    package let id: Int?
    package let data: JSONValue?

    package init(_ kind: Kind, namespace: String = "/", id: Int? = nil, data: JSONValue? = nil) {
        (self.kind, self.namespace, self.id, self.data) = (kind, namespace, id, data)
    }

    /// Reads the data of a packet `4`.
    ///
    /// An event has an array with its name first, an acknowledgement an array and an id, and a connection an object or
    /// nothing.
    package init(decoding bytes: Bytes) throws(SocketIOFlaw) {
        guard let first = bytes.first, first >= ASCII.zero else { throw .malformed }
        guard first != UInt8(ascii: "5"), first != UInt8(ascii: "6") else { throw .binary }
        guard let kind = Kind(rawValue: first - ASCII.zero) else { throw .malformed }
        var rest = bytes.dropFirst()
        var namespace = "/"
        if rest.first == UInt8(ascii: "/") {
            let end = rest.firstIndex(of: ASCII.comma) ?? rest.endIndex
            guard end - rest.startIndex <= 128, let name = String(validating: rest[..<end], as: UTF8.self) else {
                throw .malformed
            }
            namespace = name
            rest = rest[end...].dropFirst()
        }
        let digits = rest.prefix { ASCII.isDigit($0) }
        // Up to 2^53, which JavaScript can count.
        guard digits.count <= 15 else { throw .malformed }
        let id = digits.integer
        rest = rest[digits.endIndex...]
        var data: JSONValue?
        if !rest.isEmpty {
            guard let value = try? JSONParser.parse(rest) else { throw .malformed }
            data = value
        }
        self.init(kind, namespace: namespace, id: id, data: data)
        guard isComplete else { throw .malformed }
    }

    private var isComplete: Bool {
        switch kind {
        case .connect: id == nil && (data == nil || data?.members != nil)
        case .disconnect: id == nil && data == nil
        case .event: data?.elements?.first?.string != nil
        case .acknowledgement: id != nil && data?.elements != nil
        case .connectError: id == nil && (data?.members != nil || data?.string != nil)
        }
    }

    /// The packet as the text of an Engine.IO packet, with the `4`.
    package var encoded: [UInt8] {
        var bytes = Self.head(kind, namespace)
        if let id { bytes.appendDecimal(id) }
        guard let data else { return bytes }
        var json = JSONWriter()
        json.value(data)
        return bytes + json.bytes
    }

    /// `4`, the kind, and the namespace unless it is `/`.
    private static func head(_ kind: Kind, _ namespace: String) -> [UInt8] {
        let head = [UInt8(ascii: "4"), ASCII.zero + kind.rawValue]
        return namespace == "/" ? head : head + Array(namespace.utf8) + [ASCII.comma]
    }

    /// An event with one argument that is JSON already, as the text of an Engine.IO packet.
    package static func event(_ name: String, json: [UInt8]) -> [UInt8] {
        var writer = JSONWriter(capacity: json.count + name.utf8.count + 8)
        writer.beginArray()
        writer.string(name)
        writer.raw(json[...])
        writer.endArray()
        return head(.event, "/") + writer.bytes
    }

    /// The answer to an event with an id, as the text of an Engine.IO packet.
    ///
    /// - Parameter json: one argument.
    package static func acknowledgement(_ id: Int, json: [UInt8]) -> [UInt8] {
        var bytes = head(.acknowledgement, "/")
        bytes.appendDecimal(id)
        return bytes + [UInt8(ascii: "[")] + json + [UInt8(ascii: "]")]
    }
}
