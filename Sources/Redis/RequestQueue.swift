/// Commands whose replies are due, in the order in which they are sent.
struct RequestQueue {
    struct Request {
        var receiver: Receiver
        let deadline: ContinuousClock.Instant
    }

    /// Who gets the replies of a request.
    enum Receiver {
        case one(@Sendable (Result<RedisValue, RedisError>) -> Void)
        case batch(missing: Int, [RedisValue], @Sendable (Result<[RedisValue], RedisError>) -> Void)
        /// The time was over: this number of replies is dropped.
        case nobody(missing: Int)

        var missing: Int {
            switch self {
            case .one: 1
            case .batch(let missing, _, _), .nobody(let missing): missing
            }
        }

        /// Reports a failure, unless the time was over before.
        func fail(_ error: RedisError) {
            switch self {
            case .one(let completion): completion(.failure(error))
            case .batch(_, _, let completion): completion(.failure(error))
            case .nobody: break
            }
        }
    }

    private var requests: [Request] = []
    private var head = 0
    /// No deadline is before this; `nil` when there is none.
    private(set) var nearestDeadline: ContinuousClock.Instant?

    var isEmpty: Bool { head == requests.count }

    mutating func append(contentsOf new: [Request]) {
        for request in new {
            requests.append(request)
            nearestDeadline = min(nearestDeadline ?? request.deadline, request.deadline)
        }
    }

    /// Hands a reply to the first request; false when no reply is due.
    mutating func answer(with value: RedisValue) -> Bool {
        guard head < requests.count else { return false }
        switch requests[head].receiver {
        case .one(let completion):
            removeFirst()
            if case .error(let error) = value {
                completion(.failure(.server(error)))
            } else {
                completion(.success(value))
            }
        case .batch(let missing, var values, let completion):
            requests[head].receiver = .nobody(missing: missing - 1)
            values.append(value)
            if missing > 1 {
                requests[head].receiver = .batch(missing: missing - 1, values, completion)
            } else {
                removeFirst()
                completion(.success(values))
            }
        case .nobody(let missing):
            if missing > 1 { requests[head].receiver = .nobody(missing: missing - 1) } else { removeFirst() }
        }
        return true
    }

    private mutating func removeFirst() {
        // The completion and what it holds are released now, the place later.
        requests[head].receiver = .nobody(missing: 0)
        head += 1
        if head == requests.count {
            requests.removeAll(keepingCapacity: head <= 4096)
            head = 0
            nearestDeadline = nil
        } else if head >= 1024, head * 2 >= requests.count {
            requests.removeFirst(head)
            head = 0
        }
    }

    /// Fails the requests whose time is over, and keeps their places for the replies that may still come.
    ///
    /// - Returns: how many there were.
    mutating func expire(at now: ContinuousClock.Instant) -> Int {
        guard let nearest = nearestDeadline, nearest <= now else { return 0 }
        var expired: [Receiver] = []
        var next: ContinuousClock.Instant?
        for index in head..<requests.count {
            if case .nobody = requests[index].receiver { continue }
            if requests[index].deadline <= now {
                expired.append(requests[index].receiver)
                requests[index].receiver = .nobody(missing: requests[index].receiver.missing)
            } else {
                next = min(next ?? requests[index].deadline, requests[index].deadline)
            }
        }
        nearestDeadline = next
        for receiver in expired { receiver.fail(.timedOut) }
        return expired.count
    }

    /// Fails all requests.
    mutating func failAll(_ error: RedisError) {
        let failed = requests[head...]
        (requests, head, nearestDeadline) = ([], 0, nil)
        for request in failed { request.receiver.fail(error) }
    }
}
