import Basics
import HTTP

/// Files of numbers in and out, and tokens for administrators.
extension CallerIDFeature {
    /// The longest file of numbers, in bytes.
    static let longestFile = 32 << 20

    static func transferRoutes(
        _ service: CallerIDService,
        _ configuration: CallerIDConfiguration,
        _ access: (String) -> Access
    ) -> [Route] {
        var options = Route.Options()
        options.answersHead = false
        options.bodyLimit = longestFile
        return [
            Route(.post, "/api/import", access: access("admin"), options: options) { request in
                try await importNumbers(request, service, dropLimit: configuration.dropLimit)
            },
            Route(.get, "/api/export", access: access("viewer")) { _ in
                let numbers = try await stored { () async throws(CallerIDStoreError) in
                    try await service.engine.numbers()
                }
                let headers: HTTPHeaders = [
                    "Content-Type": "text/csv; charset=utf-8",
                    "Content-Disposition": "attachment; filename=\"caller-ids.csv\"",
                ]
                return ServerResponse(status: 200, headers: headers, body: NumberCSV.encoded(numbers))
            },
            .immediate(.post, "/api/token", access: access("admin"), options: options) { request in
                try token(request, service, configuration)
            },
        ]
    }

    // MARK: Import

    private static func importNumbers(
        _ request: RoutedRequest,
        _ service: CallerIDService,
        dropLimit: Int
    ) async throws -> ServerResponse {
        let begin = ContinuousClock.now
        let options = try importOptions(request.query)
        let body = request.body
        let file = try await Thread.run("import") {
            Result { () throws(NumberCSVError) in try NumberCSV.decode(body[...]) }
        }
        let numbers: NumberImport
        switch file {
        case .success(let decoded): numbers = decoded
        case .failure(let error): throw RequestFailure(.badRequest, "\(error)")
        }
        if options.isStrict, numbers.rejected > 0 {
            let refusal = ImportError.badRows(numbers.rejected)
            return report(numbers, ImportResult(), begin, refusal: "\(refusal)")
        }
        do {
            let result = try await service.numbers.importNumbers(numbers.records, options, dropLimit: dropLimit)
            if !options.isDryRun { service.note(request, "import", new: .imported(numbers, result, options)) }
            return report(numbers, result, begin)
        } catch let error as ImportError {
            return report(numbers, ImportResult(), begin, refusal: "\(error)")
        } catch let error as CallerIDStoreError where error.isOfDatabase {
            try await stored { () async throws(CallerIDStoreError) in throw error }
            throw error
        } catch let error as CallerIDStoreError {
            let status = error.isDiskRefusal ? 507 : 503
            throw RequestFailure(status: status, code: "database", "Database not available: \(error)")
        }
    }

    private static func importOptions(_ query: [String: String]) throws(RequestFailure) -> ImportOptions {
        var options = ImportOptions()
        if let text = query["mode"] {
            guard let mode = ImportMode(rawValue: text) else {
                throw RequestFailure(.badRequest, "mode is skip, update or replace")
            }
            options.mode = mode
        }
        options.isDryRun = try flag("dry_run", query)
        options.isForced = try flag("force", query)
        options.isStrict = try flag("strict", query)
        return options
    }

    static func flag(_ name: String, _ query: [String: String]) throws(RequestFailure) -> Bool {
        try RequestFlag.value(of: name, query[name]) ?? false
    }

    private static func report(
        _ numbers: NumberImport,
        _ result: ImportResult,
        _ begin: ContinuousClock.Instant,
        refusal: String? = nil
    ) -> ServerResponse {
        let took = begin.duration(to: .now).components
        var json = JSONWriter()
        json.beginObject()
        json.key("success")
        json.boolean(refusal == nil)
        json.optional("detail", refusal)
        json.required("read", numbers.read)
        json.required("added", result.added.count)
        json.required("updated", result.updated.count)
        json.required("skipped", result.skipped)
        if !result.removed.isEmpty { json.required("removed", result.removed.count) }
        json.required("rejected", numbers.rejected)
        json.key("errors")
        json.beginArray()
        for error in numbers.errors {
            json.beginObject()
            json.required("line", error.line)
            json.required("value", error.value)
            json.required("reason", error.detail)
            json.endObject()
        }
        json.endArray()
        json.key("seconds")
        json.number((Double(took.seconds) + Double(took.attoseconds) / 1e18).rounded(toPlaces: 3))
        json.endObject()
        return ServerResponse(status: refusal == nil ? 200 : 409, headers: CallerIDAnswers.json, body: json.bytes)
    }

    // MARK: Tokens

    private static func token(
        _ request: RoutedRequest,
        _ service: CallerIDService,
        _ configuration: CallerIDConfiguration
    ) throws(RequestFailure) -> ServerResponse {
        guard let key = JSONWebToken.Key(configuration.secretKey) else {
            throw RequestFailure(status: 503, code: "key", "no tokens without SECRET_KEY")
        }
        let parameters = try RequestParameters(request)
        guard let role = parameters["role"].flatMap(TokenRole.init(rawValue:)) else {
            throw RequestFailure(.badRequest, "role is admin, operator, viewer or agent")
        }
        var seconds = Int(configuration.tokenLife.components.seconds)
        if let text = parameters["minutes"] {
            guard let minutes = Int(text), (1...525_600).contains(minutes) else {
                throw RequestFailure(.badRequest, "minutes is a whole number from 1 to 525600")
            }
            seconds = minutes * 60
        }
        let name = parameters["name"] ?? ""
        guard name.utf8.count <= 100, name.utf8.allSatisfy({ $0 >= 32 && $0 != 127 }) else {
            throw RequestFailure(.badRequest, "name has at most 100 bytes and no control characters")
        }
        let token = JSONWebToken(subject: name, role: role, expiry: Timestamp.now().adding(seconds: seconds))
        guard let text = token.signed(with: key) else { throw RequestFailure(.bug, "the token cannot be signed") }
        service.note(request, "token", new: .token(name, role, seconds: seconds))
        var json = JSONWriter()
        json.beginObject()
        json.required("access_token", text)
        json.required("token_type", "bearer")
        json.required("expires_in", seconds)
        json.endObject()
        return ServerResponse(status: 200, headers: CallerIDAnswers.json, body: json.bytes)
    }
}

extension Double {
    func rounded(toPlaces places: Int) -> Double {
        let factor = (0..<places).reduce(1.0) { factor, _ in factor * 10 }
        return (self * factor).rounded() / factor
    }
}
