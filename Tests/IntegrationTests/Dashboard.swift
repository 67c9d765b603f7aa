import Basics

/// A dashboard of Grafana, as far as tests look at it.
struct Dashboard {
    struct Panel {
        let id: Int
        let type: String
        let title: String
        let description: String
        let unit: String
        let columns: Range<Int>
        let lines: Range<Int>
    }

    struct Query {
        /// Where it stands.
        let panel: String
        let expression: String
        /// The labels in the legend.
        let legendLabels: [String]
    }

    let schemaVersion: Int
    let panels: [Panel]
    /// Those of panels, annotations and variables.
    let queries: [Query]

    var rows: [String] { panels.filter { $0.type == "row" }.map(\.title) }

    init(_ path: String) throws {
        let json = try JSONParser.parse(try FileContents.read(path)[...])
        schemaVersion = json["schemaVersion"]?.integer ?? 0
        let all = json["panels"]?.elements ?? []
        panels = all.map { Panel($0) }
        let variables = (json["templating"]?["list"]?.elements ?? []).compactMap { $0["definition"]?.string }
        queries =
            all.flatMap { panel in
                (panel["targets"]?.elements ?? []).map { Query($0, panel["title"]?.string ?? "", "legendFormat") }
            }
            + (json["annotations"]?["list"]?.elements ?? []).filter { $0["expr"] != nil }
            .map { Query($0, $0["name"]?.string ?? "", "textFormat") }
            + variables.map { definition in
                let metric = definition.drop { $0 != "(" }.dropFirst().prefix { $0 != "," }
                return Query(panel: definition, expression: String(metric), legendLabels: [])
            }
    }
}

extension Dashboard.Panel {
    fileprivate init(_ json: JSONValue) {
        id = json["id"]?.integer ?? 0
        type = json["type"]?.string ?? ""
        title = json["title"]?.string ?? ""
        description = json["description"]?.string ?? ""
        unit = json["fieldConfig"]?["defaults"]?["unit"]?.string ?? ""
        let place = json["gridPos"]
        let (x, y) = (place?["x"]?.integer ?? 0, place?["y"]?.integer ?? 0)
        columns = x..<(x + (place?["w"]?.integer ?? 0))
        lines = y..<(y + (place?["h"]?.integer ?? 0))
    }
}

extension Dashboard.Query {
    fileprivate init(_ json: JSONValue, _ panel: String, _ legend: String) {
        let parts = (json[legend]?.string ?? "").split(separator: "{{").filter { $0.contains("}}") }
        self.init(
            panel: panel,
            expression: json["expr"]?.string ?? "",
            legendLabels: parts.map { part in String(part.prefix { $0 != "}" }) }
        )
    }
}
