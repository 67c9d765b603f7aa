import Basics
import CallerID

/// What is read of a file of numbers is counted, bounded, and the same after it was written.
enum NumberProperties {
    static func problem(_ input: [UInt8]) -> String? {
        // Hardly any input has a header of its own.
        for header in ["", "caller_id,carrier,hourly_limit,pool\n", "is_active;trunk;caller_id\r\n"] {
            guard let result = try? NumberCSV.decode((Array(header.utf8) + input)[...]) else { continue }
            if let problem = problem(with: result) { return problem }
        }
        return nil
    }

    private static func problem(with result: NumberImport) -> String? {
        guard result.errors.count == min(result.rejected, NumberImport.errorLimit) else { return "errors not counted" }
        for error in result.errors where error.value.unicodeScalars.count > 65 || "\(error)".contains("\n") {
            return "an error that is long or has lines"
        }
        guard let again = try? NumberCSV.decode(NumberCSV.encoded(result.records)[...]) else { return "unreadable" }
        guard again.records == result.records else { return "other records after writing: \(result.records)" }
        return again.rejected == 0 ? nil : "a record that is refused after writing"
    }
}
