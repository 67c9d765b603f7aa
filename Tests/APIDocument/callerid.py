"""Compares docs/callerid-api.yaml with itself, and with what `callerid run` really answers."""

import http.client
import json
import os
import re
import resource
import signal
import subprocess
import sys
import tempfile
from urllib.parse import urlencode

import trunks
from answers import compare, operation, report
from document import Document

TOKEN = "a-token-for-this-check"
NUMBERS = "caller_id,carrier\n2125550001,x\n2125550002,y\n21255,z\n"
ASK = {"to": "3105559876", "campaign": "sales", "agent": "a1"}

VIEWER = "viewer"
FORM = "application/x-www-form-urlencoded"

# Method, path, query, body, whether with the token (or the role of one), and the status that must come.
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
    ("POST", "/api/token", {"role": "viewer"}, None, VIEWER, 403),
    ("POST", "/next-cid", {}, json.dumps({"to": "1"}), False, 422),
    ("POST", "/next-cid", {}, json.dumps({**ASK, "agent": "\n"}), False, 400),
    ("POST", "/next-cid", {**ASK, "agent": "a2"}, None, False, 200),
    ("POST", "/next-cid", {**ASK, "agent": "a3"}, None, False, 503),
    ("POST", "/next-cid", ASK, None, False, 429),
    ("PATCH", "/api/numbers/2125550001", {"call_type": "x"}, None, True, 400),
    ("PATCH", "/api/numbers/2125550001", {"is_active": "0"}, None, VIEWER, 403),
    ("DELETE", "/api/numbers/3105550001", {}, None, True, 404),
    ("GET", "/api/numbers/1", {}, None, True, 400),
    ("GET", "/api/numbers/2125550001", {}, None, False, 403),
    ("DELETE", "/api/reservation/2125550001", {}, None, VIEWER, 403),
    ("GET", "/api/export", {}, None, False, 403),
    ("GET", "/api/audit", {"caller_id": "2125550001", "limit": "2"}, None, VIEWER, 200),
    ("GET", "/api/audit", {"since": "yesterday"}, None, VIEWER, 400),
    ("GET", "/api/audit", {}, None, False, 403),
    ("GET", "/api/explain", ASK, None, VIEWER, 200),
    ("GET", "/api/explain", {**ASK, "to": "911"}, None, VIEWER, 400),
    ("GET", "/api/explain", ASK, None, False, 403),
    ("GET", "/api/explain", {"to": "1"}, None, VIEWER, 422),
    ("POST", "/api/sync", {}, None, True, 409),
    ("POST", "/api/sync", {"full": "x"}, None, True, 400),
    ("POST", "/api/sync", {}, None, VIEWER, 403),
    ("GET", "/dashboard", {}, None, VIEWER, 200),
    ("GET", "/dashboard", {"format": "json", "caller_id": "2125550001"}, None, VIEWER, 200),
    ("GET", "/dashboard", {}, None, False, 403),
    ("POST", "/dashboard", {}, urlencode({"token": TOKEN}), False, 303),
    ("POST", "/dashboard/logout", {}, None, False, 303),
    ("POST", "/api/import", {}, "caller_id\n" + "2125550003\n" * 3_100_000, True, 413),
] + [("POST", "/dashboard", {}, urlencode({"token": "wrong"}), False, 403)] * 20 + [
    ("POST", "/dashboard", {}, urlencode({"token": "wrong"}), False, 429),
]

# The same for a service without SECRET_KEY whose /next-cid needs a token.
CLOSED_REQUESTS = [
    ("GET", "/next-cid", ASK, None, False, 403),
    ("POST", "/next-cid", ASK, None, False, 403),
    ("POST", "/api/token", {"role": "viewer"}, None, True, 503),
]

def fill_disk(process):
    """From now on no file of the service grows, as on a full disk."""
    _, hard = resource.prlimit(process, resource.RLIMIT_FSIZE)
    resource.prlimit(process, resource.RLIMIT_FSIZE, (4096, hard))


# The same for a service whose disk is full after the first requests: changes are refused, and decisions go on.
FULL_REQUESTS = [
    ("POST", "/add-number", {"caller_id": "2125550001"}, None, True, 200),
    ("POST", "/add-number", {"caller_id": "2125550002"}, None, True, 200),
    fill_disk,
    ("POST", "/add-number", {"caller_id": "3105550001"}, None, True, 507),
    ("PATCH", "/api/numbers/2125550001", {"is_active": "0"}, None, True, 507),
    ("DELETE", "/api/numbers/2125550001", {}, None, True, 507),
    ("POST", "/api/import", {}, "caller_id\n4155550001\n", True, 507),
    ("GET", "/next-cid", ASK, None, False, 200),
    ("GET", "/health", {}, None, False, 200),
]


def ignore_signal():
    """Lets a write that the limit of a file refuses fail, as one on a full disk does."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)


def viewer_token(port):
    """A token of the role viewer, which the service makes."""
    _, _, content = send(port, "POST", "/api/token", {"role": "viewer", "name": "check"}, None, TOKEN)
    return json.loads(content)["access_token"]


def send(port, method, path, query, body, token):
    headers = {"X-Admin-Token": token} if token else {}
    if body is not None:
        kinds = {"/api/import": "text/csv", "/dashboard": FORM}
        headers["Content-Type"] = kinds.get(path, "application/json")
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request(method, f"{path}?{urlencode(query)}", body, headers)
    except (BrokenPipeError, ConnectionResetError):
        pass  # Refused before the whole body was sent; the answer is there.
    response = connection.getresponse()
    content = response.read()
    connection.close()
    return response.status, response.headers, content


def traffic(document, binary, requests, settings, seen, prepare=None):
    with tempfile.TemporaryDirectory() as directory:
        settings = {
            "CALLERID_DIR": f"{directory}/callerid", "API_PORT": "0", "AGI_PORT": "0", "ADMIN_TOKEN": TOKEN, **settings,
        }
        command = [binary, "callerid", "run"]
        environment = {**os.environ, **settings}
        with subprocess.Popen(
            command, env=environment, stderr=subprocess.PIPE, text=True, preexec_fn=prepare
        ) as service:
            try:
                port = next(
                    int(match[1]) for line in service.stderr if (match := re.search(r"over HTTP url=http://[\d.]+:(\d+)", line))
                )
                tokens = {False: None, True: TOKEN}
                if "SECRET_KEY" in settings:
                    tokens[VIEWER] = viewer_token(port)
                for request in requests:
                    if callable(request):
                        request(service.pid)
                        continue
                    method, path, query, body, token, expected = request
                    place = f"{method} {path}"
                    known = operation(document, method, path)
                    if not known:
                        document.complain(f"{place} is not described")
                        continue
                    status, headers, content = send(port, method, path, query, body, tokens[token])
                    if status != expected:
                        document.complain(f"{place} answered {status} instead of {expected}: {content[:200]}")
                    seen.add((known["operationId"], str(status)))
                    compare(document, place, known, status, headers, content)
            finally:
                service.terminate()


def main(binary):
    os.chdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../.."))
    document = Document("docs/callerid-api.yaml", places={"query", "path"})
    document.check()
    if not document.complaints:
        seen = set()
        key = "a-key-of-at-least-32-characters-for-this-check"
        open_settings = {"SECRET_KEY": key, "DEFAULT_RATE_LIMIT_PER_AGENT": "3"}
        traffic(document, binary, REQUESTS, open_settings, seen)
        traffic(document, binary, CLOSED_REQUESTS, {"NEXT_CID_AUTH": "true"}, seen)
        traffic(document, binary, FULL_REQUESTS, {}, seen, ignore_signal)
        trunks.traffic(document, binary, seen, operation, compare)
        report(document, seen, "callerid")
    for complaint in document.complaints:
        print(f"api-check: {complaint}", file=sys.stderr)
    return 1 if document.complaints else 0


if __name__ == "__main__":
    sys.exit(main(os.path.abspath(sys.argv[1])))
