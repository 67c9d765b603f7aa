"""Compares docs/calls-api.yaml with itself, and with what `calls run` really answers beside a simulated PBX."""

import contextlib
import http.client
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from urllib.parse import urlencode

from answers import compare, operation, report
from callcontrol import AGENTS, FAULTS, Control
from callreads import LOST, READS
from document import Document

# Of the password U*U; bcrypt, since yescrypt takes longer.
PASSWORD, HASH = "U*U", "$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"
USERS = {"root": "superuser", "alma": "admin", "mara": "manager", "anna": "agent:1001"}
NEW = {"username": "otto", "password": "a long new password", "role": "agent", "extension": "1002"}
LOGIN = "/api/ami/users/login"

# Method, path, query, body, who asks (None for nobody), and the status that must come. `{call}` is a call that talks.
REQUESTS = [
    ("GET", "/api/health", {}, None, None, 200),
    ("GET", "/", {}, None, None, 200),
    ("GET", "/api/ami/calls", {}, None, "root", 200),
    ("GET", "/api/ami/calls", {"state": "up"}, None, "anna", 200),
    ("GET", "/api/ami/calls", {"state": "gone"}, None, "root", 400),
    ("GET", "/api/ami/calls", {}, None, None, 401),
    ("GET", "/api/ami/calls/{call}", {"all": "1"}, None, "root", 200),
    ("GET", "/api/ami/calls/call_0", {}, None, "root", 404),
    ("GET", "/api/ami/calls/call_0", {}, None, None, 401),
    ("GET", "/api/ami/users/status", {}, None, "mara", 200),
    ("GET", "/api/ami/users/status", {}, None, None, 401),
    ("GET", "/api/ami/users/1001/status", {}, None, "anna", 200),
    ("GET", "/api/ami/users/1002/status", {}, None, "anna", 404),
    ("GET", "/api/ami/users/1001/status", {}, None, None, 401),
    ("GET", "/api/ami/queues", {}, None, "anna", 200),
    ("GET", "/api/ami/queues", {}, None, None, 401),
    ("GET", "/api/ami/queues/q600", {}, None, "root", 200),
    ("GET", "/api/ami/queues/none", {}, None, "root", 404),
    ("GET", "/api/ami/queues/q600", {}, None, None, 401),
    ("GET", "/api/events", {"after": "x"}, None, "root", 400),
    ("GET", "/api/events", {}, None, None, 401),
    ("GET", "/ws", {}, None, None, 401),
    ("GET", "/api/redis/sessions/health", {}, None, "mara", 200),
    ("GET", "/api/redis/sessions/health", {}, None, None, 401),
    ("GET", "/api/redis/sessions/user_1001", {}, None, "anna", 200),
    ("GET", "/api/redis/sessions/user_1001", {}, None, "mara", 404),
    ("GET", "/api/redis/sessions/user_1001", {}, None, None, 401),
    ("PUT", "/api/redis/sessions/user_1001", {}, {"data": {"tab": "calls"}, "version": 1}, "anna", 200),
    ("PUT", "/api/redis/sessions/user_1001", {}, {"data": {}, "version": 1}, "anna", 409),
    ("PUT", "/api/redis/sessions/user_1001", {}, {"data": 7}, "anna", 400),
    ("PUT", "/api/redis/sessions/user_1001", {}, {"data": {}}, "mara", 404),
    ("PUT", "/api/redis/sessions/user_1001", {}, {"data": {}}, None, 401),
    ("POST", "/api/redis/sessions/user_1001/events", {}, {"type": "note", "data": {"n": 1}}, "anna", 201),
    ("POST", "/api/redis/sessions/user_1001/events", {}, {"type": "Note"}, "anna", 400),
    ("POST", "/api/redis/sessions/user_1001/events", {}, {"type": "note"}, "mara", 404),
    ("POST", "/api/redis/sessions/user_1001/events", {}, {"type": "note"}, None, 401),
    ("GET", "/api/redis/sessions/user_1001/events", {"limit": "10"}, None, "anna", 200),
    ("GET", "/api/redis/sessions/user_1001/events", {"limit": "0"}, None, "anna", 400),
    ("GET", "/api/redis/sessions/user_1001/events", {}, None, "mara", 404),
    ("GET", "/api/redis/sessions/user_1001/events", {}, None, None, 401),
    ("GET", "/api/dialplan/agent-paused/1001", {}, None, None, 200),
    ("GET", "/api/dialplan/agent-paused/1001", {}, None, "root", 401),
    ("GET", "/api/dialplan/presence/1001", {}, None, None, 200),
    ("GET", "/api/dialplan/presence/1001", {}, None, "root", 401),
    ("POST", "/api/ami/users/register", {}, NEW, "alma", 201),
    ("POST", "/api/ami/users/register", {}, NEW, "alma", 409),
    ("POST", "/api/ami/users/register", {}, {**NEW, "username": "eve", "extension": "1999"}, "alma", 422),
    ("POST", "/api/ami/users/register", {}, {**NEW, "role": "x"}, "alma", 400),
    ("POST", "/api/ami/users/register", {}, {**NEW, "role": "admin", "username": "eve"}, "alma", 403),
    ("POST", "/api/ami/users/register", {}, NEW, None, 401),
    ("PATCH", "/api/ami/users/otto", {}, {"name": "Otto", "version": 1}, "alma", 200),
    ("PATCH", "/api/ami/users/otto", {}, {"name": "Otto", "version": 1}, "alma", 409),
    ("PATCH", "/api/ami/users/otto", {}, {"extension": "x"}, "alma", 400),
    ("PATCH", "/api/ami/users/otto", {}, {"name": "x"}, "mara", 403),
    ("PATCH", "/api/ami/users/nobody", {}, {"name": "x"}, "root", 404),
    ("PATCH", "/api/ami/users/otto", {}, {"name": "x"}, None, 401),
    ("DELETE", "/api/ami/users/otto", {}, None, "alma", 200),
    ("DELETE", "/api/ami/users/root", {}, None, "alma", 403),
    ("DELETE", "/api/ami/users/root", {}, None, "root", 409),
    ("DELETE", "/api/ami/users/nobody", {}, None, "root", 404),
    ("DELETE", "/api/ami/users/otto", {}, None, None, 401),
    ("POST", "/api/ami/users/password", {}, {"old": PASSWORD, "new": "short"}, "anna", 400),
    ("POST", "/api/ami/users/password", {}, {"old": "wrong", "new": "a long new password"}, "anna", 401),
    ("POST", "/api/ami/users/password", {}, {"old": PASSWORD, "new": "a long new password"}, "anna", 200),
    ("POST", LOGIN, {}, {"username": "root"}, None, 400),
    ("POST", "/api/ami/users/refresh", {}, {}, None, 400),
    ("POST", "/api/ami/users/refresh", {}, {"refreshToken": "x"}, None, 401),
    ("DELETE", "/api/redis/sessions/user_1001", {}, None, "mara", 404),
    ("DELETE", "/api/redis/sessions/user_.mara", {}, None, "alma", 200),
    ("DELETE", "/api/redis/sessions/user_.mara", {}, None, "mara", 401),
    ("DELETE", "/api/ami/users/logout", {}, None, "anna", 200),
    ("DELETE", "/api/ami/users/logout", {}, None, "anna", 401),
] + [("POST", LOGIN, {}, {"username": "anna", "password": "wrong"}, None, 401)] * 4 + [
    ("POST", LOGIN, {}, {"username": "anna", "password": "wrong"}, None, 429),
]
# Those before this one end no session.
LAST = next(index for index, request in enumerate(REQUESTS) if request[1] == "/api/ami/users/password")

EVENTS = [
    "call:originated", "call:ringing", "call:established", "call:held", "call:unheld", "call:parked", "call:recording",
    "call:updated", "call:ended", "agent:status", "queue:activity", "transfer:initiated", "transfer:updated",
    "transfer:completed", "transfer:cancelled", "session:changed",
]  # fmt: skip


def types(form):
    """The types of the events that have this form."""
    schema = form["properties"]["eventType"]
    return schema.get("enum", [schema.get("const")])


class Client:
    """Of the service; each answer is compared with the document."""

    def __init__(self, document, port, seen):
        self.document, self.port, self.seen = document, port, seen
        self.grants = {}

    def send(self, method, path, query=None, body=None, user=None, headers=None):
        headers = dict(headers or {})
        if user:
            headers["Authorization"] = f"Bearer {self.grants[user]['jwt']}"
        if body is not None:
            headers["Content-Type"] = "application/json"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        query = f"?{urlencode(query)}" if query else ""
        connection.request(method, path + query, None if body is None else json.dumps(body), headers)
        return connection, connection.getresponse()

    def ask(self, method, path, query, body, user, expected, key=None, headers=None):
        """The answer of a request, which must have the status, or one of those, that is expected."""
        place = f"{method} {path}"
        statuses = expected if isinstance(expected, tuple) else (expected,)
        known = operation(self.document, method, path)
        if not known:
            self.document.complain(f"{place} is not described")
            return None
        if body is not None and statuses[0] < 300:
            self.document.check_body(place, known, body)
        headers = {**(headers or {}), **({"Idempotency-Key": key} if key else {})}
        status = 429
        while status == 429:
            connection, response = self.send(method, path, query, body, user, headers)
            content, status = response.read(), response.status
            connection.close()
            self.seen.add((known["operationId"], str(status)))
            compare(self.document, place, known, status, response.headers, content)
            if status == 429 and 429 in statuses:
                break
            if status == 429:
                time.sleep(0.3)
        if status not in statuses:
            self.document.complain(f"{place} answered {status} instead of {expected}: {content[:200]}")
        if response.headers.get_content_type() in ("text/plain", "text/html"):
            kind = response.headers.get_content_type()
            schema = self.document.response(known, status).get("content", {}).get(kind, {}).get("schema", {})
            for error in self.document.validator(schema).iter_errors(content.decode()):
                self.document.complain(f"{place}: {error.message[:200]}")
        return json.loads(content) if response.headers.get_content_type() == "application/json" else None

    def log_in(self, user):
        self.grants[user] = self.ask("POST", LOGIN, None, {"username": user, "password": PASSWORD}, None, 200)

    def find_call(self):
        """A call that talks, once there is one."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            answer = self.ask("GET", "/api/ami/calls", {"state": "up"}, None, "root", 200)
            if answer and answer["calls"]:
                return answer["calls"][0]["callId"]
            time.sleep(0.1)
        raise SystemExit("api-check: no call talks")

    def listen(self, after, wanted):
        """Compares the events of a stream until each of these types has come."""
        known = operation(self.document, "GET", "/api/events")
        connection, response = self.send("GET", "/api/events", {"after": after}, user="root")
        self.seen.add((known["operationId"], str(response.status)))
        forms = self.document.root["components"]["schemas"]["Event"]["oneOf"]
        # By the form of its type: an error of `oneOf` does not say which member is wrong.
        validators = {kind: self.document.validator(form) for form in forms for kind in types(form)}
        wanted, kind, number = set(wanted), "", ""
        deadline = time.monotonic() + 60
        while wanted and time.monotonic() < deadline:
            line = response.readline().decode()
            if not line:
                break
            name, _, value = line.rstrip("\n").partition(": ")
            if name == "id":
                number = value
            elif name == "event":
                kind = value
            elif name == "data":
                event = json.loads(value)
                validator = validators.get(kind) or self.document.validator({"not": {}})
                for error in validator.iter_errors(event):
                    place = "/".join("*" if isinstance(part, int) else part for part in error.absolute_path)
                    self.document.complain(f"event {kind}: {place}: {error.message[:200]}")
                if (event["eventType"], str(event["id"])) != (kind, number):
                    self.document.complain(f"event {kind} {number} is another one within")
                wanted.discard(kind)
        connection.close()
        if wanted:
            self.document.complain(f"no event of the types {sorted(wanted)}")

    def crowd(self, user):
        """Opens as many streams as a user may have, and one more."""
        streams = [self.send("GET", "/api/events", user=user) for _ in range(10)]
        self.ask("GET", "/api/events", None, None, user, 429)
        for connection, _ in streams:
            connection.close()


@contextlib.contextmanager
def process(command, environment, pattern):
    """A process and the port that it says in its output."""
    with subprocess.Popen(
        command, env={**os.environ, **environment}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as started:
        try:
            yield next(int(match[1]) for line in started.stdout if (match := re.search(pattern, line))), started
        finally:
            started.terminate()


def traffic(document, binary, seen):
    simulate = [binary, "simulate", "pbx", "--live", "--port", "0", "--agents", str(AGENTS), "--calls-per-minute", "0"]
    simulate += [argument for fault in FAULTS for argument in ("--fault", fault)]
    with tempfile.TemporaryDirectory() as directory, process(simulate, {}, r"127\.0\.0\.1:(\d+)") as (port, pbx):
        settings = {
            "CALLS_DB": f"{directory}/calls.db", "CALLS_PORT": "0", "AMI_HOST": "127.0.0.1", "AMI_PORT": str(port),
            "AMI_USERNAME": "connector", "AMI_PASSWORD": "simulated", "JWT_SECRET": "a-key-of-tokens-for-this-check-only",
            "AMI_ACTION_TIMEOUT": "1000", "CALLS_RING_SECONDS": "7",
            "ODBC_INI": f"{directory}/odbc.ini", "FUNC_ODBC_CONF": f"{directory}/func_odbc.conf",
        }
        users = os.path.join(directory, "users")
        with open(users, "w", encoding="utf-8") as file:
            file.writelines(f"{name}:{HASH}:{role}\n" for name, role in USERS.items())
        add = [binary, "calls", "user", "import", users]
        subprocess.run(add, env={**os.environ, **settings}, stdout=subprocess.DEVNULL, check=True)
        with process([binary, "calls", "run"], settings, r"calls over HTTP url=http://[\d.]+:(\d+)") as (port, service):
            next(line for line in service.stdout if "live state in step" in line)
            client = Client(document, port, seen)
            client.log_in("root")
            rights = {"permissions": ["make_calls"]}
            client.ask("PATCH", "/api/ami/users/anna", None, rights, "root", 200)
            for user in list(USERS)[1:]:
                client.log_in(user)
            client.listen(0, ["system:gap"])
            seq = client.ask("GET", "/api/ami/calls", None, None, "root", 200)["seq"]
            control = Control(client)
            control.run()
            call = client.find_call()
            for method, path, query, body, user, expected in REQUESTS[:LAST]:
                client.ask(method, path.replace("{call}", call), query, body, user, expected)
            for request in READS:
                client.ask(*request)
            client.listen(seq, EVENTS)
            for method, path, query, body, user, expected in REQUESTS[LAST:]:
                client.ask(method, path, query, body, user, expected)
            client.crowd("root")
            token = client.grants["alma"]["refreshToken"]
            client.ask("POST", "/api/ami/users/refresh", None, {"refreshToken": token}, None, 200)
            pbx.terminate()
            control.wait("the loss", lambda: "stale" in client.ask("GET", "/api/ami/calls", None, None, "root", 200))
            for request in LOST:
                client.ask(*request)


def main(binary):
    os.chdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../.."))
    document = Document("docs/calls-api.yaml", places={"query", "path", "header"})
    document.check()
    if not document.complaints:
        seen = set()
        traffic(document, binary, seen)
        report(document, seen, "calls")
    for complaint in document.complaints:
        print(f"api-check: {complaint}", file=sys.stderr)
    return 1 if document.complaints else 0


if __name__ == "__main__":
    sys.exit(main(os.path.abspath(sys.argv[1])))
