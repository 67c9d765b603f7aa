import Basics

/// Objects by their id and by a number, the slot, through which other objects refer to them.
///
/// A slot is used again after `remove`: whoever refers to an object lets go of it first. An access takes constant time
/// and changes the object in place.
struct LiveTable<Value: Sendable>: Sendable {
    private var slots: [LiveKey: Int] = [:]
    private var values: [Value] = []
    private var free: [Int] = []
    /// What an unused slot has, so that the memory of a removed object is freed.
    private let empty: Value

    init(empty: Value) { self.empty = empty }

    var count: Int { slots.count }

    func slot(of id: Bytes) -> Int? { slots[LiveKey(id)] }

    /// The slots in use, in ascending order.
    var all: [Int] { slots.values.sorted() }

    /// Adds an object; replaces none: the id must be new.
    mutating func insert(_ value: Value, id: [UInt8]) -> Int {
        let slot: Int
        if let last = free.popLast() {
            slot = last
            values[slot] = value
        } else {
            slot = values.count
            values.append(value)
        }
        slots[LiveKey(id)] = slot
        return slot
    }

    mutating func remove(_ slot: Int, id: [UInt8]) {
        guard slots.removeValue(forKey: LiveKey(id)) != nil else { return }
        values[slot] = empty
        free.append(slot)
    }

    subscript(slot: Int) -> Value {
        _read { yield values[slot] }
        _modify { yield &values[slot] }
    }
}
