import Glibc

/// The kernel's figures about this process (proc(5)).
package struct ProcessFigures: Sendable {
    package var cpuSeconds = 0.0
    package var residentBytes = 0.0
    package var virtualBytes = 0.0
    package var openFiles = 0.0
    package var maximumFiles = 0.0
    /// Seconds since 1970.
    package var startTime = 0.0

    /// Reads them now.
    package static func read() -> ProcessFigures {
        var figures = ProcessFigures()
        let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
        let page = Double(sysconf(Int32(_SC_PAGESIZE)))
        // The fields are counted from the command's closing bracket: the command may contain blanks and brackets
        // itself.
        let stat = text("/proc/self/stat")
        let fields = stat.lastIndex(of: ")").map { stat[$0...].split(separator: " ") } ?? []
        if fields.count > 21 {
            figures.cpuSeconds = ((Double(fields[12]) ?? 0) + (Double(fields[13]) ?? 0)) / ticks
            figures.startTime = bootTime + (Double(fields[20]) ?? 0) / ticks
            figures.virtualBytes = Double(fields[21]) ?? 0
        }
        let memory = text("/proc/self/statm").split(separator: " ")
        if memory.count > 1 { figures.residentBytes = (Double(memory[1]) ?? 0) * page }
        figures.openFiles = Double(openDescriptors)
        if let limit = OpenFiles.limit { figures.maximumFiles = Double(limit) }
        return figures
    }

    private static let bootTime: Double = {
        let line = text("/proc/stat").split(separator: "\n").first { $0.hasPrefix("btime ") }
        return line.flatMap { Double($0.dropFirst(6)) } ?? 0
    }()

    private static func text(_ path: String) -> String {
        String(decoding: (try? FileContents.read(path)) ?? [], as: UTF8.self)
    }

    private static var openDescriptors: Int {
        guard let directory = unsafe opendir("/proc/self/fd") else { return 0 }
        defer { unsafe closedir(directory) }
        var count = -3
        while unsafe readdir(directory) != nil { count += 1 }
        return count
    }
}
