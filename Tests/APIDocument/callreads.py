"""Requests to `calls run` that read what was, what administrators see, and the service itself, for calls.py."""

ADMIN = "/api/admin"
PROXY = {"X-Forwarded-For": "192.0.2.1"}


def reads(path, allowed, refused, wrong=None):
    """Success for one user, 403 for another, 401 for nobody, and 400 for a wrong query."""
    rows = [("GET", path, {}, None, allowed, 200), ("GET", path, {}, None, None, 401)]
    if refused:
        rows.append(("GET", path, {}, None, refused, 403))
    return rows + ([("GET", path, wrong, None, allowed, 400)] if wrong else [])


# As in calls.py; the last member is more headers.
READS = [
    *reads("/api/ami/calls/history", "anna", None, {"before": "x"}),
    ("GET", "/api/ami/calls/history", {"number": "1002", "from": "1", "to": "9999999999999"}, None, "mara", 200),
    *reads(f"{ADMIN}/call-stats", "mara", "anna"),
    *reads(f"{ADMIN}/queue-activity", "mara", "anna"),
    *reads(f"{ADMIN}/historical-stats", "mara", "anna", {"by": "x"}),
    ("GET", f"{ADMIN}/historical-stats", {"by": "hour", "extension": "1001"}, None, "mara", 200),
    *reads(f"{ADMIN}/transfer-stats", "mara", "anna", {"by": "x"}),
    ("GET", f"{ADMIN}/transfer-stats", {"by": "hour", "from": "1"}, None, "mara", 200),
    *reads(f"{ADMIN}/redis/sessions", "alma", "mara"),
    *reads(f"{ADMIN}/redis/health", "alma", "mara"),
    *reads(f"{ADMIN}/ami/connections", "alma", "mara"),
    *reads(f"{ADMIN}/audit", "alma", "mara", {"before": "x"}),
    ("GET", f"{ADMIN}/audit", {"user": "anna", "action": "hold"}, None, "alma", 200),
    *reads("/api/users/odbc/functions", "alma", "mara"),
    *reads("/api/users/odbc/connections", "alma", "mara"),
    ("GET", "/api/users/1001/dialplan", {}, None, "alma", 409),
    ("GET", "/api/users/x/dialplan", {}, None, "alma", 400),
    ("GET", "/api/users/1001/dialplan", {}, None, "mara", 403),
    ("GET", "/api/users/1001/dialplan", {}, None, None, 401),
    ("GET", "/healthz", {}, None, None, 200),
    ("GET", "/readyz", {}, None, None, 200),
    ("GET", "/metrics", {}, None, None, 200),
    ("GET", "/status", {}, None, None, 200),
    ("GET", "/status", {}, None, None, 401, None, PROXY),
    ("GET", "/status", {}, None, "mara", 403, None, PROXY),
    ("GET", "/status", {}, None, "alma", 200, None, PROXY),
    ("GET", "/socket.io/", {"EIO": "4", "transport": "polling"}, None, None, 200),
    ("GET", "/socket.io/", {}, None, None, 400),
    ("POST", "/socket.io/", {}, {}, None, 400),
]

# When the PBX is away.
LOST = [
    ("GET", "/readyz", {}, None, None, 503),
    ("POST", "/api/ami/calls/originate", {}, {"extension": "1001", "number": "1002"}, "root", 503),
    ("GET", "/api/enhanced-transfers/capabilities", {}, None, "root", 503),
    ("GET", "/api/enhanced-transfers/health", {}, None, "root", 200),
]
