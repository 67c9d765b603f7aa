/// What the new mail has beside the audio.
package enum EmailFormat: String, Sendable, CaseIterable {
    /// A text and, for mail programs that show it, HTML from the template.
    case html
    /// A text only.
    case text
    /// The text of Asterisk as it is, with the text of the message below.
    case original
}
