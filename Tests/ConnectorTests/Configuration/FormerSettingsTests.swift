import Basics
import Daemon
import TestSupport
import Testing

@testable import Connector

/// Settings of the connector before this one.
struct FormerSettingsTests {
    @Test(arguments: FormerSettings.table.keys.sorted())
    func `each is named with what takes its place, and its value is not shown`(name: String) throws {
        let advice = try #require(FormerSettings.advice(on: name))
        #expect(
            loadConfiguration([name: "hunter2"]).warningTexts == [
                "\(name) (environment) is a setting of an older connector and is ignored; \(advice)"
            ]
        )
        #expect(
            loadConfiguration(envFile: "\(name)=hunter2\n").warningTexts == [
                "\(name) (env-file .env) is a setting of an older connector and is ignored; \(advice)"
            ]
        )
        #expect(loadConfiguration([name: " "]).warningTexts == [])
    }

    @Test func `none of them is a setting of the commands that it had, and what they name is`() {
        let features = ConnectorProgram.features.filter { $0.name != "calls" }
        let others = Set(SettingTable.sections(of: features).flatMap(\.settings).compactMap(\.variable))
        for (name, advice) in FormerSettings.table {
            #expect(!others.contains(name))
            for word in advice.split(whereSeparator: { !($0.isLetter || $0.isNumber || $0 == "_") })
            where word.contains("_") && word == word.uppercased()[...] {
                #expect(SettingTable.byVariable[String(word)] != nil, "\(name): \(word)")
            }
        }
    }

    @Test func `status.sh has the same list in the same words, and no other name`() throws {
        let script = String(decoding: try FileContents.read("\(Document.root)/status.sh"), as: UTF8.self)
        var listed: [String: String] = [:]
        for line in script.split(separator: "\n").drop(while: { $0 != "FORMER_SETTINGS=(" }).dropFirst() {
            guard line != ")" else { break }
            let entry = line.split(separator: "'")[1].split(separator: "|")
            for name in entry[0].split(separator: " ") {
                #expect(listed.updateValue(String(entry[1]), forKey: String(name)) == nil, "\(name) is there twice")
            }
        }
        #expect(listed == FormerSettings.table)
    }

    @Test func `the region dev is an error that names what to set`() {
        for name in ["dev", "DEV"] {
            let errors = loadConfiguration(["REGION": name]).errorTexts
            #expect(errors.count == 1 && errors[0].contains("REGION is '\(name)'") && errors[0].contains("API_URL"))
        }
    }
}
