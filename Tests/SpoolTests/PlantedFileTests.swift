import Basics
import Glibc
import Spool
import TestSupport
import Testing

/// Things that another user could put into the spool's folder before it is used.
struct PlantedFileTests {
    private static let names = [
        "spool.db", "spool.db-wal", "spool.db-journal", "spool.db.building", "spool.db.next", "spool.db.copy", "lock",
        "ballast",
    ]

    private let site = SpoolSite()

    @Test(arguments: names)
    func `a link in the place of a file is refused, and what it leads to stays as it is`(name: String) throws {
        let target = TemporaryDirectory()
        try FileContents.write(Array("precious".utf8), to: target.file("precious"))
        let path = site.directory.file(name)
        for place in [target.file("precious"), target.file("missing")] {
            unsafe unlink(path)
            #expect(unsafe symlink(place, path) == 0)
            let error = #expect(throws: SpoolError.self) { try site.open() }
            #expect(error == .planted(path: path, kind: "a symbolic link"))
            #expect(error?.description.contains("remove it") == true)
        }
        #expect(try FileContents.read(target.file("precious")) == Array("precious".utf8))
        #expect(Directory.names(in: target.path) == ["precious"])
    }

    @Test(arguments: names)
    func `a pipe or a folder in the place of a file is refused, and not waited for`(name: String) throws {
        let path = site.directory.file(name)
        #expect(unsafe mkfifo(path, 0o666) == 0)
        #expect(throws: SpoolError.planted(path: path, kind: "a named pipe")) { try site.open() }
        unsafe unlink(path)
        _ = try Directory.make(path)
        #expect(throws: SpoolError.planted(path: path, kind: "a directory")) { try site.open() }
    }

    @Test func `a folder that is a link of the own user is used`() async throws {
        let place = TemporaryDirectory()
        #expect(unsafe symlink(site.directory.path, place.file("link")) == 0)
        let spool = try RecordSpool(SpoolConfiguration(directory: place.file("link")))
        _ = try await spool.append([SpoolSite.record(1)])
        #expect(Directory.names(in: site.directory.path).contains("spool.db"))
    }

    @Test(.enabled(if: geteuid() == 0, "only root can give a link to another user"))
    func `a folder that is a link of another user is refused`() throws {
        let place = TemporaryDirectory()
        let link = place.file("link")
        #expect(unsafe symlink(site.directory.path, link) == 0)
        #expect(unsafe lchown(link, 65534, 65534) == 0)
        #expect(throws: SpoolError.planted(path: link, kind: "a symbolic link of another user")) {
            try RecordSpool(SpoolConfiguration(directory: link))
        }
    }
}
