"""A small checker for the JSON Schemas in tests/schema: the words they use, and
the order of the keys, which is part of our format and not of JSON's."""
import json
import re
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "schema"

TYPES = {
    "object": dict, "array": list, "string": str, "null": type(None),
    "boolean": bool, "integer": int, "number": (int, float),
}
ABOUT = {"$schema", "title", "description", "$defs"}


class Mismatch(Exception):
    """Where and why a value is not what the schema says."""


def load(name):
    return json.loads((FOLDER / f"{name}.schema.json").read_text())


def is_type(value, name):
    if isinstance(value, bool):
        return name == "boolean"
    return isinstance(value, TYPES[name])


def check_type(value, names, where):
    if isinstance(names, str):
        names = [names]
    if not any(is_type(value, name) for name in names):
        raise Mismatch(f"{where} is {value!r}, want {' or '.join(names)}")


def check_object(value, schema, root, where):
    properties = schema.get("properties", {})
    for key in schema.get("required", []):
        if key not in value:
            raise Mismatch(f"{where} lacks {key}")
    others = schema.get("additionalProperties", True)
    for key, item in value.items():
        inner = f"{where}.{key}"
        if key in properties:
            check(item, properties[key], root, inner)
        elif others is False:
            raise Mismatch(f"{inner} should not be there")
        elif others is not True:
            check(item, others, root, inner)
    if schema.get("required"):
        want = [key for key in properties if key in value]
        if [key for key in value if key in properties] != want:
            raise Mismatch(f"{where}: the order of the keys is {list(value)}")


def matches(value, schema, root, where):
    try:
        check(value, schema, root, where)
    except Mismatch:
        return False
    return True


def check_choice(value, schema, root, where):
    if "oneOf" in schema:
        count = sum(matches(value, one, root, where)
                    for one in schema["oneOf"])
        if count != 1:
            raise Mismatch(f"{where} fits {count} of oneOf: {value!r}")
    if "if" in schema:
        chosen = "then" if matches(value, schema["if"], root, where) else "else"
        check(value, schema.get(chosen, {}), root, where)


def check_value(value, schema, where):
    if "enum" in schema and value not in schema["enum"]:
        raise Mismatch(f"{where} is {value!r}, want one of {schema['enum']}")
    if "const" in schema and value != schema["const"]:
        raise Mismatch(f"{where} is {value!r}, want {schema['const']!r}")
    if isinstance(value, str):
        if len(value) < schema.get("minLength", 0):
            raise Mismatch(f"{where} is too short")
        if not re.search(schema.get("pattern", ""), value):
            raise Mismatch(f"{where} is {value!r}, which does not match")
    if is_type(value, "number") and value < schema.get("minimum", value):
        raise Mismatch(f"{where} is {value}, which is too small")


def check(value, schema, root=None, where="$"):
    """Raises Mismatch; a word that this checker does not know is an error."""
    root = root or schema
    unknown = set(schema) - ABOUT - {
        "type", "properties", "required", "additionalProperties", "items",
        "enum", "const", "minLength", "pattern", "minimum", "oneOf", "if",
        "then", "else", "$ref"}
    if unknown:
        raise AssertionError(f"schema words that are not known: {unknown}")
    if "$ref" in schema:
        target = root
        for word in schema["$ref"].lstrip("#/").split("/"):
            target = target[word]
        check(value, target, root, where)
    if "type" in schema:
        check_type(value, schema["type"], where)
    check_value(value, schema, where)
    if isinstance(value, dict):
        check_object(value, schema, root, where)
    if isinstance(value, list) and "items" in schema:
        for i, item in enumerate(value):
            check(item, schema["items"], root, f"{where}[{i}]")
    check_choice(value, schema, root, where)


def read(text, name):
    """The lines of JSON in text, each checked against the schema name."""
    schema = load(name)
    values = []
    for number, line in enumerate(text.splitlines(), 1):
        try:
            value = json.loads(line, parse_constant=lambda word: 1 / 0)
        except ValueError as error:
            raise Mismatch(f"line {number}: {error}: {line[:200]}") from error
        check(value, schema, None, f"line {number}")
        values.append(value)
    return values
