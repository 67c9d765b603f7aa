import Basics

/// A change that an instance made in Redis, as it is published to the others.
///
/// `u INSTANCE NUMBER TIME END REPEATS LENGTH HOLDER{JSON}` for a number that was given, `r INSTANCE NUMBER TIME UNUSED`
/// for the early end of a reservation. LENGTH is that of HOLDER in bytes.
struct GrantMessage: Equatable {
    let instance: String
    let event: SelectionEvent

    /// - Returns: `nil` for anything else.
    init?(_ payload: [UInt8]) {
        let parts = payload[...].split(separator: ASCII.space, maxSplits: 7, omittingEmptySubsequences: false)
        guard parts.count >= 5, let number = Digits(parts[2].text), let time = parts[3].integer.map({ Int64($0) })
        else { return nil }
        instance = parts[1].text
        switch (parts[0].text, parts.count) {
        case ("r", 5): event = .released(.init(number: number, time: time, wasUnused: parts[4].text == "1"))
        case ("u", 8):
            guard let end = parts[4].integer, let length = parts[6].integer, 0...parts[7].count ~= length else {
                return nil
            }
            let json = try? JSONParser.parse(parts[7].dropFirst(length))
            event = .used(
                .init(
                    number: number,
                    time: time,
                    reservedUntil: Int64(end),
                    agent: json?["agent"]?.string ?? "",
                    campaign: json?["campaign"]?.string ?? "",
                    destination: json?["destination"]?.string ?? "",
                    holder: parts[7].prefix(length).text,
                    isRepeatable: parts[5].text == "1"
                )
            )
        default: return nil
        }
    }
}
