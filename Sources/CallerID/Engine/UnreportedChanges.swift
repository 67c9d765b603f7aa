/// The numbers that this process gave or released on its own, without Redis, and that Redis does not know of yet.
struct UnreportedChanges {
    /// Whether decisions are made here, because Redis is away or does not know everything yet.
    var isAway = true
    /// By number: the end of the reservation that it had before the first change, in microseconds since 1970; 0 for none.
    private(set) var numbers: [Digits: Int64] = [:]

    var isEmpty: Bool { numbers.isEmpty }

    func contains(_ number: Digits) -> Bool { numbers[number] != nil }

    mutating func note(_ number: Digits, formerEnd: Int64) {
        if numbers[number] == nil { numbers[number] = formerEnd }
    }

    mutating func forget(_ number: Digits) { numbers[number] = nil }
}
