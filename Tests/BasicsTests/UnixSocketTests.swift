import Basics
import Glibc
import TestSupport
import Testing

struct UnixSocketTests {
    private let directory = TemporaryDirectory()

    @Test func `a socket has its mode from its first moment, whatever the umask, and replaces what is there`() throws {
        let path = directory.file("s")
        for _ in 0..<2 {
            let socket = try UnixSocket.listen(at: path)
            let isOpen = socket.isOpen
            #expect(isOpen)
            var figures = stat()
            #expect(unsafe stat(path, &figures) == 0)
            #expect(figures.st_mode & S_IFMT == S_IFSOCK && figures.st_mode & 0o777 == 0o600)
            #expect(Directory.names(in: directory.path) == ["s"])
        }
    }

    @Test func `the longest path works, a longer one is an error`() throws {
        let room = UnixSocket.longestPath - directory.path.utf8.count - 1
        let longest = directory.file(String(repeating: "x", count: room))
        let isOpen = try UnixSocket.listen(at: longest).isOpen
        #expect(isOpen)
        #expect(Directory.names(in: directory.path).count == 1)
        var error: SystemError?
        do throws(SystemError) { _ = try UnixSocket.listen(at: longest + "x") } catch let found { error = found }
        #expect(error?.code == ENAMETOOLONG)
    }

    @Test func `the kernel identifies the peer`() throws {
        var ends: [Int32] = [-1, -1]
        #expect(unsafe socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
        let one = FileDescriptor(ends[0])
        let other = FileDescriptor(ends[1])
        let users = [UnixSocket.peerUser(of: one.number), UnixSocket.peerUser(of: other.number)]
        #expect(users == [geteuid(), geteuid()])
        #expect(UnixSocket.peerUser(of: -1) == nil)
    }
}
