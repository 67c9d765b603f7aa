import Basics

extension NumberRecord {
    /// Where the number may be shown; empty for a number in rotation.
    var places: [TrunkPlace] {
        get {
            guard !trunk.isEmpty else { return [] }
            let first = TrunkPlace(trunk: trunk, route: route, callType: callType, isDefault: isDefault)
            return [first] + otherPlaces
        }
        set {
            let first = newValue.first
            trunk = first?.trunk ?? ""
            route = first?.route ?? ""
            callType = first?.callType ?? ""
            isDefault = first?.isDefault ?? false
            otherPlaces = Array(newValue.dropFirst())
        }
    }

    /// The other places as the store has them: a JSON array of arrays; `nil` for none.
    var otherPlacesText: String? {
        guard !otherPlaces.isEmpty else { return nil }
        var json = JSONWriter()
        json.beginArray()
        for place in otherPlaces {
            json.beginArray()
            for text in [place.trunk, place.route, place.callType, place.isDefault ? "1" : "0"] { json.string(text) }
            json.endArray()
        }
        json.endArray()
        return json.text
    }

    /// The withdrawn trunks as the store has them; names of trunks have no comma.
    var withdrawnText: String? { withdrawnTrunks.isEmpty ? nil : withdrawnTrunks.joined(separator: ",") }

    /// Reads `otherPlacesText`; anything else is none.
    static func places(from text: String) -> [TrunkPlace] {
        guard !text.isEmpty, let rows = try? JSONParser.parse(Array(text.utf8)[...]).elements else { return [] }
        return rows.compactMap { row in
            guard let texts = row.elements?.map({ $0.string ?? "" }), texts.count == 4 else { return nil }
            return TrunkPlace(trunk: texts[0], route: texts[1], callType: texts[2], isDefault: texts[3] == "1")
        }
    }
}
