/// The body of a `multipart/form-data` request: text fields, followed by one file.
package struct MultipartForm: Sendable {
    package struct Field: Sendable, Equatable {
        package let name: String
        package let value: [UInt8]
        /// The Content-Type of the field; `nil` sends none, which means plain text.
        package let type: String?

        package init(_ name: String, _ value: [UInt8], type: String? = nil) {
            self.name = name
            self.value = value
            self.type = type
        }
    }

    /// Sent in this order.
    package var fields: [Field]
    package var fileField: String
    /// The file's name for the receiver; quotes and line ends in it are percent-encoded, as browsers do.
    package var fileName: [UInt8]
    package var contentType: String
    package var file: FileUpload

    package init(fields: [Field], fileField: String, fileName: [UInt8], contentType: String, file: FileUpload) {
        self.fields = fields
        self.fileField = fileField
        self.fileName = fileName
        self.contentType = contentType
        self.file = file
    }
}
