"""Compares docs/callerid-api.yaml with itself, and with what `callerid run` really answers."""

import http.client
import json
import os
import re
import subprocess
import sys
import tempfile
from urllib.parse import urlencode

from document import Document

TOKEN = "a-token-for-this-check"
NUMBERS = "caller_id,carrier\n2125550001,x\n2125550002,y\n21255,z\n"
ASK = {"to": "3105559876", "campaign": "sales", "agent": "a1"}

# Method, path, query, body, whether with the token, and the status that must come.
REQUESTS = [
    ("GET", "/next-cid", ASK, None, False, 503),
    ("POST", "/api/import", {"mode": "skip"}, NUMBERS, True, 200),
    ("POST", "/api/import", {"strict": "1"}, NUMBERS, True, 409),
    ("POST", "/api/import", {"mode": "x"}, NUMBERS, True, 400),
    ("POST", "/api/import", {}, NUMBERS, False, 403),
    ("GET", "/next-cid", ASK, None, False, 200),
    ("POST", "/next-cid", {}, json.dumps(ASK), False, 200),
    ("GET", "/next-cid", ASK, None, False, 429),
    ("GET", "/next-cid", {"to": "1"}, None, False, 422),
    ("GET", "/next-cid", {**ASK, "to": "911"}, None, False, 400),
    ("GET", "/next-cid", {**ASK, "agent": "a2"}, None, False, 503),
    ("GET", "/", {}, None, False, 200),
    ("GET", "/health", {}, None, False, 200),
    ("POST", "/add-number", {"caller_id": "3105550001", "pool": "p", "daily_limit": "5"}, None, True, 200),
    ("POST", "/add-number", {"caller_id": "3105550001"}, None, True, 409),
    ("POST", "/add-number", {"caller_id": "1"}, None, True, 400),
    ("POST", "/add-number", {"caller_id": "1"}, None, False, 403),
    ("GET", "/api/numbers", {"limit": "2"}, None, True, 200),
    ("GET", "/api/numbers", {"limit": "0"}, None, True, 400),
    ("GET", "/api/numbers", {}, None, False, 403),
    ("PATCH", "/api/numbers/3105550001", {"is_active": "0", "trunk": "T", "call_type": "auto"}, None, True, 200),
    ("PATCH", "/api/numbers/3105550009", {"is_active": "0"}, None, True, 404),
    ("DELETE", "/api/numbers/3105550001", {}, None, True, 200),
    ("DELETE", "/api/numbers/1", {}, None, True, 400),
    ("DELETE", "/api/numbers/1", {}, None, False, 403),
    ("GET", "/api/numbers/2125550001", {}, None, True, 200),
    ("GET", "/api/numbers/3105550001", {}, None, True, 404),
    ("DELETE", "/api/reservation/2125550001", {}, None, True, 200),
    ("DELETE", "/api/reservation/1", {}, None, True, 400),
    ("GET", "/api/stats", {}, None, True, 200),
    ("GET", "/api/stats", {}, None, False, 403),
    ("GET", "/api/export", {}, None, True, 200),
    ("POST", "/api/token", {"role": "viewer", "minutes": "60"}, None, True, 200),
    ("POST", "/api/token", {"role": "x"}, None, True, 400),
]


def operation(document, method, path):
    for template, known, operation in document.operations():
        if known == method.lower() and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path):
            return operation
    return None


def send(port, method, path, query, body, has_token):
    headers = {"X-Admin-Token": TOKEN} if has_token else {}
    if body is not None:
        headers["Content-Type"] = "text/csv" if path == "/api/import" else "application/json"
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request(method, f"{path}?{urlencode(query)}", body, headers)
    response = connection.getresponse()
    content = response.read()
    connection.close()
    return response.status, response.headers, content


def compare(document, place, operation, status, headers, content):
    response = document.response(operation, status)
    if (headers["Retry-After"] is not None) != ("Retry-After" in response.get("headers", {})):
        document.complain(f"{place}: Retry-After with {status} is not as described")
    kind = headers.get_content_type()
    if kind not in response.get("content", {}):
        document.complain(f"{place}: {status} as {kind} is not described")
    elif kind == "application/json":
        schema = response["content"][kind]["schema"]
        for error in document.validator(schema).iter_errors(json.loads(content)):
            document.complain(f"{place}, {status}: {'/'.join(map(str, error.absolute_path))}: {error.message[:200]}")


def traffic(document, binary):
    seen = set()
    with tempfile.TemporaryDirectory() as directory:
        settings = {
            "CALLERID_DIR": f"{directory}/callerid", "API_PORT": "0", "AGI_PORT": "0", "ADMIN_TOKEN": TOKEN,
            "SECRET_KEY": "a-key-of-at-least-32-characters-for-this-check", "DEFAULT_RATE_LIMIT_PER_AGENT": "3",
        }
        command = [binary, "callerid", "run"]
        with subprocess.Popen(command, env={**os.environ, **settings}, stderr=subprocess.PIPE, text=True) as service:
            try:
                port = next(
                    int(match[1]) for line in service.stderr if (match := re.search(r"over HTTP url=http://[\d.]+:(\d+)", line))
                )
                for method, path, query, body, has_token, expected in REQUESTS:
                    place = f"{method} {path}"
                    known = operation(document, method, path)
                    if not known:
                        document.complain(f"{place} is not described")
                        continue
                    status, headers, content = send(port, method, path, query, body, has_token)
                    if status != expected:
                        document.complain(f"{place} answered {status} instead of {expected}: {content[:200]}")
                    seen.add((known["operationId"], str(status)))
                    compare(document, place, known, status, headers, content)
            finally:
                service.terminate()
    described = {(o["operationId"], status) for _, _, o in document.operations() for status in o["responses"]}
    print("api-check: answers of callerid:", len(seen), "of", len(described), "described; not in this traffic:",
          ", ".join(f"{status} to {name}" for name, status in sorted(described - seen)))


def main(binary):
    os.chdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../.."))
    document = Document("docs/callerid-api.yaml", places={"query", "path"})
    document.check()
    if not document.complaints:
        traffic(document, binary)
    for complaint in document.complaints:
        print(f"api-check: {complaint}", file=sys.stderr)
    return 1 if document.complaints else 0


if __name__ == "__main__":
    sys.exit(main(os.path.abspath(sys.argv[1])))
