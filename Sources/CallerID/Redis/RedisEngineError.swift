package import Redis

/// Why Redis made no decision.
package enum RedisEngineError: Error, Equatable, CustomStringConvertible {
    /// It did not answer, or with an error; it may still have run the script.
    case redis(RedisError)
    /// It has no numbers yet, or has lost them.
    case empty
    /// Its clock moves too fast to say which hour it is.
    case clock
    /// The answer is not one of the scripts'.
    case invalidReply
    /// A later version of this program has written it; this one cannot read it.
    case newer(Int)
    /// The numbers could not be read from the store of this process.
    case store(CallerIDStoreError)
    /// The id of a number has more than ten digits, or is negative.
    case invalidID(Int64)

    package var description: String {
        switch self {
        case .redis(let error): "\(error)"
        case .empty: "Redis has no caller IDs"
        case .clock: "the clock of Redis jumps"
        case .invalidReply: "Redis does not answer as the scripts do"
        case .newer(let schema):
            "Redis was filled by a newer version (cid:schema \(schema)); update this instance, or give it another "
                + "REDIS_PREFIX or REDIS_DB"
        case .store(let error): "\(error)"
        case .invalidID(let id): "the id \(id) of a number is not within 0 and \(RedisEngine.largestID)"
        }
    }
}
