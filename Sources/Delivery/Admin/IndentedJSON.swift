import Basics

/// JSON with a member on each line, for reading.
enum IndentedJSON {
    static func text(_ value: JSONValue, indentation: String = "") -> String {
        let inner = indentation + "  "
        switch value {
        case .object(let members) where !members.isEmpty:
            let lines = members.map { "\(inner)\(scalar(.string($0.name))): \(text($0.value, indentation: inner))" }
            return "{\n" + lines.joined(separator: ",\n") + "\n\(indentation)}"
        case .array(let elements) where !elements.isEmpty:
            let lines = elements.map { inner + text($0, indentation: inner) }
            return "[\n" + lines.joined(separator: ",\n") + "\n\(indentation)]"
        default: return scalar(value)
        }
    }

    private static func scalar(_ value: JSONValue) -> String {
        var json = JSONWriter()
        json.value(value)
        return ListedText.oneLine(json.text)
    }
}
