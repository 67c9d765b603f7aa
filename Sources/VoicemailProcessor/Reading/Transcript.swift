/// What the API made of a message.
package struct Transcript: Sendable, Equatable {
    package var text: String
    /// HTML that takes the place of the template.
    package var html: String?
    /// Text that takes the place of the mail's Subject.
    package var subject: String?
    package var language: String?
    package var confidence: Double?

    package init(
        text: String,
        html: String? = nil,
        subject: String? = nil,
        language: String? = nil,
        confidence: Double? = nil
    ) {
        self.text = text
        self.html = html
        self.subject = subject
        self.language = language
        self.confidence = confidence
    }
}
