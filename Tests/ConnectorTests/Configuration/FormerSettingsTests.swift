import Basics
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

    @Test func `none of them is a setting of this one, and what they name is`() {
        for (name, advice) in FormerSettings.table {
            #expect(SettingTable.byVariable[name] == nil)
            for word in advice.split(whereSeparator: { !($0.isLetter || $0.isNumber || $0 == "_") })
            where word.contains("_") && word == word.uppercased()[...] {
                #expect(SettingTable.byVariable[String(word)] != nil, "\(name): \(word)")
            }
        }
    }

    @Test func `status.sh has the same list in the same words`() throws {
        let script = String(decoding: try FileContents.read("\(Document.root)/status.sh"), as: UTF8.self)
        for (name, advice) in FormerSettings.table {
            let lines = script.split(separator: "\n").filter { $0.contains("|\(advice)'") }
            #expect(lines.contains { $0.split { " '|".contains($0) }.contains { $0 == name } }, "\(name)")
        }
    }

    @Test func `the region dev is an error that names what to set`() {
        for name in ["dev", "DEV"] {
            let errors = loadConfiguration(["REGION": name]).errorTexts
            #expect(errors.count == 1 && errors[0].contains("REGION is '\(name)'") && errors[0].contains("API_URL"))
        }
    }
}
