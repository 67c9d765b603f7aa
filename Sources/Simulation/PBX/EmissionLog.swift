package import Basics
import Glibc

/// The log of what the PBX sent: each CDR and CEL that it generated, and what happened to it.
///
/// With a path, each record is one JSON line in the file, appended as soon as its fate is known: `number` (its position
/// in the order of generation), `kind` (cdr or cel), `fate` (written, cut, unsent, absent), then the values of the
/// frame that can be compared at the receiver. The lines of one session are in order; where one session ends and
/// another begins, lines may be swapped, and the numbers give the order.
package final class EmissionLog: Sendable {
    /// The number of records of one kind by fate.
    package struct Account: Sendable, Equatable {
        package fileprivate(set) var written = 0
        package fileprivate(set) var cut = 0
        package fileprivate(set) var unsent = 0
        package fileprivate(set) var absent = 0

        /// Records that a session was entitled to.
        package var entitled: Int { written + cut + unsent }

        /// All generated records.
        package var generated: Int { entitled + absent }

        fileprivate mutating func add(_ fate: EmissionFate) {
            switch fate {
            case .written: written += 1
            case .cut: cut += 1
            case .unsent: unsent += 1
            case .absent: absent += 1
            }
        }
    }

    private struct State {
        var cdrs = Account()
        var cels = Account()
        var problem: SystemError?
    }

    private let path: String
    private let file: FileDescriptor
    private let state = Lock(State())

    /// Creates the file, or empties an existing one; `nil` only counts.
    init(path: String?) throws(SystemError) {
        self.path = path ?? ""
        guard let path else {
            file = FileDescriptor(-1)
            return
        }
        file = FileDescriptor(unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0o644))
        guard file.isOpen else { throw SystemError("open", path) }
    }

    /// The counts of CDRs.
    package var cdrs: Account { state.withLock { $0.cdrs } }
    /// The counts of CELs.
    package var cels: Account { state.withLock { $0.cels } }

    /// Why the file is incomplete; `nil` while it is complete.
    package var problem: SystemError? { state.withLock { $0.problem } }

    /// Logs the records in `frames`, numbered from `number` on.
    func enter(_ frames: FrameSequence, _ fates: [EmissionFate], from number: Int) {
        let lines = file.isOpen ? Self.lines(frames, fates, from: number) : []
        state.withLock { state in
            for (frame, fate) in zip(frames.frames, fates) {
                if frame.kind == .cdr { state.cdrs.add(fate) }
                if frame.kind == .cel { state.cels.add(fate) }
            }
            guard !lines.isEmpty else { return }
            do throws(SystemError) {
                try file.writeAll(lines[...], subject: path)
            } catch {
                state.problem = error
            }
        }
    }

    private static func lines(_ frames: FrameSequence, _ fates: [EmissionFate], from number: Int) -> [UInt8] {
        var lines: [UInt8] = []
        var number = number
        for (index, frame) in frames.frames.enumerated() where frame.kind.isRecord {
            lines += EmissionEntry(frames[index], kind: frame.kind, fate: fates[index], number: number).json
            number += 1
            lines.append(ASCII.newline)
        }
        return lines
    }
}
