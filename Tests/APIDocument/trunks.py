"""What the port for an older switch answers, for callerid.py: the requests, and the messages that must come."""

import base64
import http.client
import json
import os
import re
import socket
import subprocess
import tempfile

USER, PASSWORD = "switch", "pass:word"
TRUNK = json.dumps({"trunk_name": "OPS"})
SETS = json.dumps({"OPS": {"1": "02473002556", "2": "02473002557"}})
BAD_INPUT = "JSON input Error"

# Path, body, password, and the message that must come; None for no login at all. The code is "0" for those in DONE.
REQUESTS = [
    ("/api/callerid/delete", TRUNK, PASSWORD, "CALLERID IN OPS CAN NOT DELETED!"),
    ("/api/callerid/replace", SETS, PASSWORD, "REPLACED CALLERID IN: OPS"),
    ("/API_REPLACE_CALLERID", SETS, PASSWORD, "REPLACED CALLERID IN: OPS"),
    ("/api/callerid/delete", TRUNK, PASSWORD, "DELETED ALL CALLERID IN: OPS"),
    ("/API_REPLACE_CALLERID", SETS, PASSWORD, "REPLACED CALLERID IN: OPS"),
    ("/API_Delete_ALL_CALLERID", TRUNK, PASSWORD, "DELETED ALL CALLERID IN: OPS"),
    ("/api/callerid/sync", json.dumps({"trunk_name": "X"}), PASSWORD, "SYNC FAILED CALLERID FROM DB IN: X"),
    ("/API_SYNC_CALLERID_FROM_DB", json.dumps({"trunk_name": "X"}), PASSWORD, "SYNC FAILED CALLERID FROM DB IN: X"),
    ("/api/callerid/delete", TRUNK, "wrong", "Request Authentication Failed"),
    ("/API_Delete_ALL_CALLERID", TRUNK, None, "Request Authentication Failed"),
    ("/api/callerid/sync", "{", PASSWORD, BAD_INPUT),
    ("/API_SYNC_CALLERID_FROM_DB", "{}", PASSWORD, BAD_INPUT),
    ("/api/callerid/replace", json.dumps({"OPS": {}}), PASSWORD, BAD_INPUT),
    ("/API_REPLACE_CALLERID", json.dumps({"O S": {"1": "02473002556"}}), PASSWORD, BAD_INPUT),
    ("/api/callerid/delete", " " * (2 << 20), PASSWORD, BAD_INPUT),
]
DONE = ("REPLACED", "DELETED")


def send(port, method, path, body, password):
    headers = {"Content-Type": "application/json"}
    if password is not None:
        headers["Authorization"] = "Basic " + base64.b64encode(f"{USER}:{password}".encode()).decode()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request(method, path, body, headers)
    except (BrokenPipeError, ConnectionResetError):
        pass  # Refused before the whole body was sent; the answer is there.
    response = connection.getresponse()
    content = response.read()
    connection.close()
    return response.status, response.headers, content


def free_port():
    """A port that was free a moment ago: 0 turns this port off."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def traffic(document, binary, seen, operation, compare):
    with tempfile.TemporaryDirectory() as directory:
        settings = {
            "CALLERID_DIR": f"{directory}/callerid", "API_PORT": "0", "AGI_PORT": "0",
            "MAIN_API_PORT": str(free_port()), "REQUEST_API_USER": USER, "REQUEST_API_PASS": PASSWORD,
        }
        command = [binary, "callerid", "run"]
        with subprocess.Popen(command, env={**os.environ, **settings}, stderr=subprocess.PIPE, text=True) as service:
            try:
                pattern = r"numbers of trunks over HTTP url=http://[\d.]+:(\d+)"
                port = next(int(match[1]) for line in service.stderr if (match := re.search(pattern, line)))
                for path, body, password, message in REQUESTS:
                    place = f"POST {path}"
                    known = operation(document, "POST", path)
                    if not known:
                        document.complain(f"{place} is not described")
                        continue
                    status, headers, content = send(port, "POST", path, body, password)
                    seen.add((known["operationId"], str(status)))
                    compare(document, place, known, status, headers, content)
                    expected = {"code": "0" if message.startswith(DONE) else "1", "message": message}
                    if (status, json.loads(content)) != (200, expected):
                        document.complain(f"{place} answered {status} {content[:200]} instead of {message}")
                for method, path in (("POST", "/api/callerid/unknown"), ("GET", "/api/callerid/delete")):
                    status, _, content = send(port, method, path, None, PASSWORD)
                    if (status, content) != (404, b"ERROR :: Request Not Found"):
                        document.complain(f"{method} {path} answered {status} {content[:200]}")
            finally:
                service.terminate()
