private import Basics
import CHiredis

/// Makes values of what hiredis' reader finds, and refuses arrays over the limit before anything is allocated for them.
///
/// hiredis' own functions allocate an array by the count that the peer announces; here an array grows with its elements.
final class ReplyBuilder {
    private let limits: RedisReplyDecoder.Limits
    /// The arrays that have begun, the outermost first.
    private var open: [(missing: Int, values: [RedisValue])] = []
    /// The elements of all arrays of the current reply, as announced.
    private var announced = 0
    private var finished: RedisValue?
    /// The limit that the current reply exceeds.
    private(set) var violation: String?

    init(limits: RedisReplyDecoder.Limits) { self.limits = limits }

    /// Returns the reply that has ended, and begins the next one.
    func takeReply() -> RedisValue? {
        announced = 0
        return finished.take()
    }

    private func add(_ value: RedisValue) {
        var value = value
        while let last = open.indices.last {
            open[last].values.append(value)
            open[last].missing -= 1
            guard open[last].missing == 0, let full = open.popLast() else { return }
            value = .array(full.values)
        }
        finished = value
    }

    private func addArray(of count: Int) -> Bool {
        guard count <= limits.elements - announced else {
            violation = "a reply with too many elements"
            return false
        }
        announced += count
        if count > 0 { open.append((count, [])) } else { add(.array([])) }
        return true
    }

    private func addText(_ bytes: [UInt8], _ type: Int32) -> Bool {
        guard type != REDIS_REPLY_STRING else {
            add(.bulk(bytes))
            return true
        }
        guard bytes.count <= RedisReplyDecoder.longestLine else {
            violation = "a line that is too long"
            return false
        }
        let text = bytes[...].text
        add(type == REDIS_REPLY_ERROR ? .error(RedisServerError(text)) : .status(text))
        return true
    }

    private static func builder(_ task: UnsafePointer<redisReadTask>?) -> ReplyBuilder? {
        guard let data = unsafe task?.pointee.privdata else { return nil }
        return unsafe Unmanaged<ReplyBuilder>.fromOpaque(data).takeUnretainedValue()
    }

    /// What hiredis keeps for a value: anything but NULL, which it takes for a lack of memory.
    private static var token: UnsafeMutableRawPointer? { unsafe UnsafeMutableRawPointer(bitPattern: 1) }

    /// The functions that hiredis calls; each finds its builder in the reader's private data.
    ///
    /// `nonisolated(unsafe)`: made once and never changed.
    @safe nonisolated(unsafe) static let functions: UnsafeMutablePointer<redisReplyObjectFunctions> = {
        let functions = UnsafeMutablePointer<redisReplyObjectFunctions>.allocate(capacity: 1)
        unsafe functions.initialize(
            to: redisReplyObjectFunctions(
                createString: { task, text, count in
                    guard let type = unsafe task?.pointee.type else { return nil }
                    let bytes = unsafe Array(UnsafeRawBufferPointer(start: text, count: count))
                    return unsafe builder(task)?.addText(bytes, type) == true ? token : nil
                },
                createArray: { task, count in
                    unsafe builder(task)?.addArray(of: Int(count)) == true ? token : nil
                },
                createInteger: { task, value in
                    unsafe builder(task)?.add(.integer(value))
                    return unsafe token
                },
                createNil: { task in
                    unsafe builder(task)?.add(.null)
                    return unsafe token
                },
                freeObject: nil
            )
        )
        return unsafe functions
    }()
}
