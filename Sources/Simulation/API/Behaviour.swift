package import Basics

/// How the simulated API misbehaves; by default it does not.
///
/// The first requests of records get the elements of `sequence`, one each. After that, within the limits of
/// `firstCount` and `window`, each request gets with `probability` one of `faults` at random. The properties after
/// `seed` always apply.
package struct Behaviour: Sendable, Equatable {
    /// The faults of the first requests, in order; `nil` lets a request pass.
    package var sequence: [Fault?] = []
    /// The faults to choose from.
    package var faults: [Fault] = []
    /// The probability of a fault, from 0 to 1.
    package var probability = 1.0
    /// How many requests can get one of `faults` before the API stays healthy; `nil` is no limit.
    package var firstCount: Int?
    /// The period of `faults`, measured from the moment this behaviour was set; `nil` is always.
    package var window: Range<Duration>?
    /// The seed of all random choices.
    package var seed: UInt64 = 1
    /// Whether compressed bodies are answered with `gzipStatus`.
    package var refusesGzip = false
    package var gzipStatus = 415
    /// Whether `queued_count` counts only new records.
    package var countsNew = false
    /// Requests that contain a record with one of these uniqueids are answered with 400.
    package var poisonIDs: Set<String> = []
    /// The same for every uniqueid with this prefix; empty for none.
    package var poisonPrefix = ""

    package init() {}

    /// A behaviour in which only the first `count` requests get `fault`.
    package static func first(_ count: Int, _ fault: Fault) -> Behaviour {
        var behaviour = Behaviour()
        behaviour.faults = [fault]
        behaviour.firstCount = count
        return behaviour
    }

    /// Reads a behaviour from the JSON object of `POST /simulation`.
    ///
    /// `{"sequence":[…],"faults":[…],"probability":0.1,"first":3,"window":[0,60],"seed":7,"refuses_gzip":true,"gzip_status":400,
    /// "counts_new":true,"poison_ids":["…"],"poison_prefix":"poison"}`, all optional; in a sequence `null` lets a request pass.
    ///
    /// - Throws: `SimulatedAPIError.badBehaviour` for a member that is unknown or has a wrong value.
    package init(_ json: JSONValue) throws(SimulatedAPIError) {
        guard let members = json.members else { throw .badBehaviour("it must be a JSON object") }
        for member in members { try set(member.name, member.value) }
    }

    private mutating func set(_ name: String, _ value: JSONValue) throws(SimulatedAPIError) {
        let error = SimulatedAPIError.badBehaviour("'\(name)' is unknown or has a wrong value")
        switch (name, value) {
        case ("sequence", .array(let elements)):
            sequence = []
            for element in elements { sequence.append(element == .null ? nil : try Fault(element)) }
        case ("faults", .array(let elements)):
            faults = []
            for element in elements { faults.append(try Fault(element)) }
        case ("probability", .integer(let value)) where value == 0 || value == 1: probability = Double(value)
        case ("probability", .number(let value)) where (0...1).contains(value): probability = value
        case ("first", .integer(let count)) where count >= 0: firstCount = count
        case ("window", .array(let bounds)):
            guard bounds.count == 2, let start = bounds[0].seconds, let end = bounds[1].seconds, start <= end else {
                throw error
            }
            window = start..<end
        case ("seed", .integer(let value)): seed = UInt64(bitPattern: Int64(value))
        case ("refuses_gzip", .boolean(let value)): refusesGzip = value
        case ("gzip_status", .integer(let value)) where (400...499).contains(value): gzipStatus = value
        case ("counts_new", .boolean(let value)): countsNew = value
        case ("poison_ids", .array(let elements)):
            let texts = elements.compactMap(\.string)
            guard texts.count == elements.count else { throw error }
            poisonIDs = Set(texts)
        case ("poison_prefix", .string(let value)): poisonPrefix = value
        default: throw error
        }
    }

    /// Whether a record with this uniqueid makes its request fail.
    func isPoison(_ uniqueID: String) -> Bool {
        poisonIDs.contains(uniqueID) || (!poisonPrefix.isEmpty && uniqueID.hasPrefix(poisonPrefix))
    }

    /// Whether any record could be poison.
    var hasPoison: Bool { !poisonIDs.isEmpty || !poisonPrefix.isEmpty }
}
