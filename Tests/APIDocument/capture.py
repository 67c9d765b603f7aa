"""A server between the connector and the API that holds all that passes against the document."""

import gzip
import http.client
import json
import threading
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# Of the transport, and not of the API; Authorization and Content-Type are described outside of the parameters.
TRANSPORT = {"host", "accept", "accept-encoding", "content-length", "content-type", "authorization", "connection"}


class Capture:
    def __init__(self, document, port, key):
        self.document, self.port, self.key = document, port, key
        self.lock = threading.Lock()
        self.seen = {}
        self.requests = {}
        self.answers = set()
        self.bodies = {}
        self.found = set()
        capture = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                status, headers, content = capture.forward(self.command, self.path, self.headers, body)
                with capture.lock:
                    capture.request(self.command, self.path, self.headers, body)
                    capture.answer(self.command, self.path, status, headers, content)
                self.send_response_only(status)
                for name, value in headers.items():
                    if name.lower() in ("content-type", "retry-after", "accept-encoding"):
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = answer

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server.server_port}/v1"

    def forward(self, method, path, headers, body):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request(method, path, body, {k: v for k, v in headers.items() if k.lower() != "host"})
        response = connection.getresponse()
        content = response.read()
        connection.close()
        return response.status, response.headers, content

    def complain(self, place, text):
        self.document.complain(f"{place}: {text}")

    def validate(self, place, schema, value):
        for error in self.document.validator(schema).iter_errors(value):
            path = "/".join("*" if isinstance(part, int) else part for part in error.absolute_path)
            kind = (place, path, error.validator)
            if kind not in self.found:
                self.found.add(kind)
                self.complain(place, f"{path}: {error.message[:200]}")

    def request(self, method, path, headers, body):
        template, operation = self.document.operation(path.removeprefix("/v1"), method)
        if not operation:
            self.complain(f"{method} {path}", "is not described")
            return
        place = operation["operationId"]
        self.requests[place] = self.requests.get(place, 0) + 1
        self.check_headers(place, operation, headers)
        content = operation.get("requestBody", {}).get("content", {})
        kind = headers.get_content_type() if headers["Content-Type"] else ""
        if bool(content) != bool(body) or (content and kind not in content):
            self.complain(place, f"a body of {len(body)} bytes as '{kind}' is not described")
            return
        if not content:
            return
        if headers["Content-Encoding"] == "gzip":
            body = gzip.decompress(body)
        value = json.loads(body) if kind == "application/json" else self.form(place, headers, body, content[kind])
        self.validate(place, content[kind]["schema"], value)
        self.note(place, value)
        known = self.bodies.setdefault(headers["Idempotency-Key"], value)
        if known != value:
            self.complain(place, "an Idempotency-Key came with two contents")

    def check_headers(self, place, operation, headers):
        names = [name.lower() for name in headers.keys()]
        if len(set(names)) != len(names):
            self.complain(place, f"a header came twice: {names}")
        described = set()
        for parameter in map(self.document.resolve, operation.get("parameters", [])):
            described.add(parameter["name"].lower())
            value = headers[parameter["name"]]
            if value is None and parameter.get("required"):
                self.complain(place, f"without the header {parameter['name']}")
            if value is not None:
                self.validate(place, parameter["schema"], value)
                self.note_member(place, parameter["name"])
        for name in set(names) - described - TRANSPORT:
            self.complain(place, f"the header {name} is not described")
        wants_key = operation.get("security", self.document.root["security"])
        if (headers["Authorization"] == f"Bearer {self.key}") != bool(wants_key) or (
            not wants_key and headers["Authorization"] is not None
        ):
            self.complain(place, "Authorization is not as described")

    def form(self, place, headers, body, content):
        """The fields of a form, each of the type that its schema gives it."""
        head = f"Content-Type: {headers['Content-Type']}\r\n\r\n".encode()
        parts = list(BytesParser(policy=HTTP).parsebytes(head + body).iter_parts())
        names = [part.get_param("name", header="Content-Disposition") for part in parts]
        if names[-1:] != ["audio"] or len(set(names)) != len(names):
            self.complain(place, f"audio is not last, or a field came twice: {names}")
        described = self.document.resolve(content["schema"])["properties"]
        fields = {}
        for name, part in zip(names, parts):
            text = part.get_payload(decode=True)
            if name == "audio":
                kinds = content["encoding"]["audio"]["contentType"].split(", ")
                if part.get_content_type() not in kinds or not part.get_filename():
                    self.complain(place, f"audio as {part.get_content_type()} is not described")
                fields[name] = ""
            else:
                text = text.decode()
                if part.get_content_type() == "application/json":
                    fields[name] = json.loads(text)
                    continue
                is_number = self.document.resolve(described.get(name, {})).get("type") == "integer"
                fields[name] = int(text) if is_number and text.isdecimal() else text
        return fields

    def answer(self, method, path, status, headers, content):
        _, operation = self.document.operation(path.removeprefix("/v1"), method)
        if not operation:
            return
        place = operation["operationId"]
        self.answers.add((place, status))
        response = self.document.response(operation, status)
        if headers["Retry-After"] is not None and "Retry-After" not in response.get("headers", {}):
            self.complain(place, f"{status} with Retry-After is not described")
        if status < 300 and content and response.get("content"):
            self.validate(place, response["content"]["application/json"]["schema"], json.loads(content))

    def note(self, place, value):
        """Remembers which members came."""
        for name, member in value.items():
            if place == "postRecords":
                for record in member:
                    self.note_members(name.removesuffix("s").upper(), record)
            elif name == "metadata":
                self.note_members("VoicemailMetadata", member)
            elif place == "postVoicemail":
                continue
            else:
                self.note_member("Recording", name)

    def note_members(self, kind, record):
        for name, value in record.items():
            self.note_member(kind, name)
            if name == "direction_metadata":
                self.note_members("DirectionMetadata", value)

    def note_member(self, kind, name):
        members = self.seen.setdefault(kind, {})
        members[name] = members.get(name, 0) + 1
