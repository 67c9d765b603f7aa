"""docs/api.yaml as data, and what can be said of it without sending anything."""

import copy
import re

import yaml
from jsonschema import Draft202012Validator, FormatChecker

METHODS = ("get", "post", "put", "patch", "delete", "head", "options", "trace")


class Document:
    def __init__(self, path, places=frozenset({"header"})):
        with open(path, encoding="utf-8") as file:
            self.root = yaml.load(file, Loader=UniqueKeys)
        self.places = places
        self.complaints = []
        self.used = set()

    def complain(self, text):
        if text not in self.complaints:
            self.complaints.append(text)

    def resolve(self, node):
        """What a reference leads to; anything else as it is."""
        while isinstance(node, dict) and "$ref" in node:
            reference = node["$ref"]
            self.used.add(reference)
            target = self.root
            for part in reference.removeprefix("#/").split("/"):
                if not reference.startswith("#/") or part not in target:
                    self.complain(f"{reference} leads nowhere")
                    return {}
                target = target[part]
            node = target
        return node

    def operations(self):
        for path, item in self.root["paths"].items():
            for method, operation in item.items():
                yield path, method, operation

    def operation(self, path, method):
        """The operation that a request to this path and its path in the document; None when there is none."""
        for template, known, operation in self.operations():
            if path.endswith(template) and known == method.lower():
                return template, operation
        return None, None

    def response(self, operation, status):
        """What is described for a status: it, else its hundreds, else the rest."""
        responses = operation["responses"]
        for key in (str(status), f"{status // 100}XX", "default"):
            if key in responses:
                return self.resolve(responses[key])
        self.complain(f"{operation['operationId']}: nothing is said of status {status}")
        return {}

    def validator(self, schema, closed=True):
        """Of values of a schema; a closed one takes no member that is not described."""
        components = copy.deepcopy(self.root["components"])
        schema = {**copy.deepcopy(schema), "components": components}
        if closed:
            close(schema)
        return Draft202012Validator(schema, format_checker=FormatChecker())

    def check_body(self, place, operation, body):
        """Whether a body that is taken is one that is described."""
        content = operation.get("requestBody", {}).get("content", {}).get("application/json")
        if content is None:
            self.complain(f"{place}: no body is described")
            return
        for error in self.validator(content["schema"]).iter_errors(body):
            self.complain(f"{place}: the body: {error.message[:200]}")

    def check(self):
        """Its form: OpenAPI 3.1 as far as this document uses it."""
        if not re.fullmatch(r"3\.1\.\d+", self.root.get("openapi", "")):
            self.complain("openapi must be 3.1")
        for key in ("title", "version"):
            if not isinstance(self.root.get("info", {}).get(key), str):
                self.complain(f"info.{key} is missing")
        unknown = set(self.root) - {"openapi", "info", "servers", "security", "tags", "paths", "components"}
        if unknown:
            self.complain(f"unknown at the top: {unknown}")
        names = [operation.get("operationId") for _, _, operation in self.operations()]
        if None in names or len(set(names)) != len(names):
            self.complain("each operation needs an operationId of its own")
        for path, method, operation in self.operations():
            self.check_operation(f"{method} {path}", method, operation)
        self.walk(self.root)
        for kind, components in self.root["components"].items():
            for name in components:
                if kind != "securitySchemes" and f"#/components/{kind}/{name}" not in self.used:
                    self.complain(f"components.{kind}.{name} is used nowhere")
        for name, schema in self.root["components"]["schemas"].items():
            Draft202012Validator.check_schema(schema)
            for example in schema.get("examples", []):
                for error in self.validator(schema).iter_errors(example):
                    self.complain(f"an example of {name}: {error.message}")

    def check_operation(self, name, method, operation):
        known = {
            "operationId", "tags", "summary", "description", "servers", "security", "parameters", "requestBody",
            "responses",
        }
        if method not in METHODS or set(operation) - known or not operation.get("responses"):
            self.complain(f"{name}: no operation of OpenAPI, or without responses")
        for parameter in map(self.resolve, operation.get("parameters", [])):
            if parameter.get("in") not in self.places or not {"name", "schema"} <= set(parameter):
                self.complain(f"{name}: a parameter without name and schema, or in another place than {self.places}")
            if parameter.get("name", "").lower() in ("accept", "content-type", "authorization"):
                self.complain(f"{name}: OpenAPI ignores the parameter {parameter['name']}")
            if "example" in parameter:
                for error in self.validator(parameter["schema"]).iter_errors(parameter["example"]):
                    self.complain(f"{name}: an example of {parameter['name']}: {error.message}")
        for status, response in operation["responses"].items():
            if not re.fullmatch(r"[1-5]\d\d|[1-5]XX|default", str(status)) or not isinstance(status, str):
                self.complain(f"{name}: {status} is no status in quotes")
            if "description" not in self.resolve(response):
                self.complain(f"{name}: the response {status} has no description")

    def walk(self, node):
        if isinstance(node, dict):
            self.resolve(node)
            node = list(node.values())
        for child in node if isinstance(node, list) else []:
            self.walk(child)

    def check_answers(self, operation_id, table):
        """What x-connector says of each status is what the program does; `table` has the words by status."""
        operation = next(o for _, _, o in self.operations() if o["operationId"] == operation_id)
        for status, words in sorted(table.items()):
            said = set(self.response(operation, status).get("x-connector", []))
            if said != words:
                self.complain(f"{operation_id}, status {status}: the document says {said}, the program does {words}")
        for status in operation["responses"]:
            if status.isdigit() and int(status) not in table:
                self.complain(f"{operation_id}: status {status} is in no table of the tests")


def close(node):
    """No members but those that are described, in this schema and all within it."""
    if isinstance(node, dict):
        if "properties" in node:
            node.setdefault("additionalProperties", False)
        for key, child in node.items():
            if key != "examples":
                close(child)
    for child in node if isinstance(node, list) else []:
        close(child)


class UniqueKeys(yaml.SafeLoader):
    """YAML in which no key comes twice, and times are text."""


def mapping(loader, node):
    keys = [loader.construct_object(key) for key, _ in node.value]
    if len(set(keys)) != len(keys):
        raise yaml.YAMLError(f"a key comes twice: {keys}, {node.start_mark}")
    return yaml.SafeLoader.construct_mapping(loader, node, deep=True)


UniqueKeys.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, mapping)
UniqueKeys.add_constructor("tag:yaml.org,2002:timestamp", yaml.SafeLoader.construct_scalar)


def decisions(path):
    """Tests/Fixtures/delivery/decisions.txt: what becomes of records, by status."""
    table = {}
    with open(path, encoding="utf-8") as file:
        for line in file:
            match = re.match(r"(\d{3}) .* -> ([\w-]+):", line)
            if match:
                table.setdefault(int(match[1]), set()).add(match[2])
    return table


def uploads(path):
    """Tests/Fixtures/delivery/uploads.txt: why a recording is not uploaded, by status."""
    table = {}
    with open(path, encoding="utf-8") as file:
        for line in file:
            match = re.match(r"(\d{3}) .*?failure (\w+);", line)
            if match:
                table.setdefault(int(match[1]), set()).add(match[2])
    return table


def messages(path):
    """Tests/Fixtures/voicemail/answers.txt: what becomes of the mail of a message, by status."""
    table = {}
    with open(path, encoding="utf-8") as file:
        for line in file:
            status, _, words = line.partition(": ")
            table[int(status)] = set(words.split())
    return table
