import Basics
import Daemon
import TestSupport
import Testing

@testable import Connector

/// Dockerfile and compose files against what the program knows.
///
/// What docker-compose makes of them is tested by scripts/compose-check, and what the image does by
/// scripts/container-check.
struct ContainerFilesTests {
    private func lines(_ name: String) throws -> [String] {
        let bytes = try FileContents.read("\(Fixture.testsDirectory)/../\(name)")
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map { String($0) }
    }

    @Test func `the image and its tags have the version of the program`() throws {
        let label = #"org.opencontainers.image.version="\#(Version.number)""#
        #expect(try lines("Dockerfile").contains { $0.contains(label) })
        for name in ["docker-compose.yml", "docker-compose.multi.yml"] {
            let images = try lines(name).filter { $0.contains(" image: ") && !$0.contains(" redis:") }
            #expect(images.count == 1 && images.allSatisfy { $0.hasSuffix(" asterisk-connector:\(Version.number)") })
        }
    }

    @Test func `the volume of the image is where its spool is`() throws {
        let dockerfile = try lines("Dockerfile")
        let directory = try #require(dockerfile.first { $0.hasPrefix("ENV SPOOL_DIR=") }?.split(separator: "=").last)
        #expect(dockerfile.contains("VOLUME \(directory)"))
        #expect(dockerfile.contains { $0.hasSuffix("install -d -m 1777 \(directory)") })
        #expect(try lines("docker-compose.yml").contains("      SPOOL_DIR: \(directory)"))
    }

    @Test func `the commands of the image are commands of the program`() throws {
        let lists = try lines("Dockerfile").compactMap { line -> [String]? in
            guard let start = line.firstIndex(of: "["), line.contains("CMD") else { return nil }
            let list = try? JSONParser.parse(Array(line[start...].utf8)[...])
            return list?.elements?.compactMap(\.string)
        }
        #expect(lists == [["asterisk-connector", "healthcheck"], ["run"]])
        for words in [["healthcheck"], ["run"]] {
            guard case .run = ConnectorProgram.definition.parse(words) else {
                Issue.record("\(words) is no command")
                continue
            }
        }
    }

    @Test(arguments: ["docker-compose.yml", "docker-compose.multi.yml"])
    func `what a compose file asks for is a setting, with the same default`(name: String) throws {
        let text = try lines(name).joined(separator: "\n")
        let questions = text.split(separator: "${").dropFirst().map { $0.prefix { $0 != "}" } }
        #expect(questions.count >= 2)
        for question in questions {
            let parts = question.split(separator: ":-").map { String($0) }
            let setting = try #require(SettingTable.byVariable[parts[0]])
            #expect(parts == [setting.label, setting.defaultText])
        }
    }
}
