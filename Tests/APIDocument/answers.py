"""Answers of a service against its document, for callerid.py and calls.py."""

import json
import re


def operation(document, method, path):
    # A word of a path before a name for any word.
    for template, known, operation in sorted(document.operations(), key=lambda known: "{" in known[0]):
        if known == method.lower() and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path):
            return operation
    return None


def compare(document, place, operation, status, headers, content):
    response = document.response(operation, status)
    retry = document.resolve(response.get("headers", {}).get("Retry-After"))
    has = headers["Retry-After"] is not None
    if has and retry is None or not has and retry is not None and retry.get("required"):
        document.complain(f"{place}: Retry-After with {status} is not as described")
    kind = headers.get_content_type()
    if not content and not response.get("content"):
        return
    if kind not in response.get("content", {}):
        document.complain(f"{place}: {status} as {kind} is not described")
    elif kind == "application/json":
        schema = response["content"][kind]["schema"]
        for error in document.validator(schema).iter_errors(json.loads(content)):
            document.complain(f"{place}, {status}: {'/'.join(map(str, error.absolute_path))}: {error.message[:200]}")


def report(document, seen, service):
    described = {(o["operationId"], status) for _, _, o in document.operations() for status in o["responses"]}
    print(f"api-check: answers of {service}:", len(seen), "of", len(described), "described; not in this traffic:",
          ", ".join(f"{status} to {name}" for name, status in sorted(described - seen)))
