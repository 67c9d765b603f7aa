import Basics

/// The newest changes of the engine, in two files that take turns.
///
/// A change is written before its answer leaves; the kernel keeps it when the process is killed. The store takes over
/// all changes so far in one transaction, and with them the position in the journal up to which it has them. When a file
/// is half full, and the store has all of the other one, the journal continues there with the next generation.
///
/// **Recovery.** The events of both files from the position of the store on are repeated in order.
///
/// One thread at a time uses it.
struct GrantJournal {
    /// A place in the journal: the events before it are in the store.
    struct Position: Sendable, Equatable {
        var generation = 0
        var offset = 0
    }

    private let files: [JournalFile]
    private let capacity: Int
    private var current = 0

    /// The bytes allocated in advance for each file: about 60,000 decisions.
    static let capacity = 8 << 20

    static func paths(in directory: String) -> [String] {
        ["a", "b"].map { "\(directory)/grants-\($0).journal" }
    }

    /// The position behind the last event.
    var end: Position { Position(generation: files[current].generation, offset: files[current].end) }

    /// The events that the store does not have, in order, and the generation to continue with.
    ///
    /// Blocks.
    static func recover(
        _ directory: String,
        from position: Position
    ) throws(SystemError) -> (events: [SelectionEvent], next: Int) {
        var found: [(generation: Int, events: [SelectionEvent])] = []
        for path in paths(in: directory) {
            guard let content = try JournalFile.read(path), content.generation >= position.generation else { continue }
            let first = content.generation == position.generation ? position.offset : 0
            found.append((content.generation, content.events.filter { $0.0 >= first }.map(\.1)))
        }
        found.sort { $0.generation < $1.generation }
        return (found.flatMap(\.events), max(position.generation, found.last?.generation ?? 0) + 1)
    }

    /// Opens both files and begins a generation; blocks.
    ///
    /// Call it only when the store has what `recover` returned: it overwrites the files.
    init(directory: String, generation: Int, capacity: Int = Self.capacity) throws(SystemError) {
        var files: [JournalFile] = []
        for path in Self.paths(in: directory) { files.append(try JournalFile(path: path, capacity: capacity)) }
        self.files = files
        self.capacity = capacity
        try files[0].begin(generation)
        try files[1].begin(0)
    }

    /// The descriptor of the file that is written now.
    var descriptor: Int32 { files[current].descriptor }

    func append(_ event: SelectionEvent) throws(SystemError) { try files[current].append(event) }

    /// Continues in the other file when this one is half full and the store has all of the other.
    ///
    /// - Parameter stored: the position up to which the store has the events.
    mutating func turnIfDue(stored: Position) throws(SystemError) {
        let generation = end.generation
        guard end.offset > capacity / 2, stored.generation == generation else { return }
        try files[1 - current].begin(generation + 1)
        current = 1 - current
    }
}
