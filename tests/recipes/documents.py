#!/usr/bin/python3
"""documents.py RECIPES SCRIPTS: what no tool of Debian checks in the recipes.

The documents of Image Builder and Systems Manager against their schemas, names that must be
unique, parameters that must be declared and used, the services' limits of size. Writes the
shell of every document, and of Packer's templates, into the folder SCRIPTS, for shellcheck. Prints a line for each
problem, and exits with 1 if there is one.
"""
import json
import pathlib
import re
import sys

import jsonschema
import yaml

REFERENCE = re.compile(r"\{\{\s*([A-Za-z0-9_.-]+)\s*\}\}")
# Bytes: the API of Image Builder for a document given inline, EC2 for user data, Systems
# Manager for a document.
LIMITS = {"image-builder": 16000, "cloud-init": 16384, "ssm": 65536}


class UniqueKeyLoader(yaml.SafeLoader):
    """YAML takes the last of two equal keys without a word."""

    def construct_mapping(self, node, deep=False):
        keys = [self.construct_object(key, deep=deep) for key, _ in node.value]
        for key in keys:
            if keys.count(key) > 1:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key} is there twice", node.start_mark)
        return super().construct_mapping(node, deep)


class Report:
    def __init__(self):
        self.problems = 0

    def problem(self, where, text):
        self.problems += 1
        print(f"{where}: {text}")


def check_schema(report, where, document, schema_name):
    schema = json.loads((pathlib.Path(__file__).parent / "schema" / schema_name).read_text())
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema, format_checker=jsonschema.FormatChecker())
    errors = sorted(validator.iter_errors(document), key=lambda e: [str(p) for p in e.absolute_path])
    for error in errors:
        path = "/".join(str(part) for part in error.absolute_path)
        report.problem(where, f"/{path}: {error.message}")
    return not errors


def check_unique(report, where, what, names):
    for name in sorted({name for name in names if names.count(name) > 1}):
        report.problem(where, f"two {what} are named {name}")


def check_references(report, where, declared, scripts):
    used = set().union(*(REFERENCE.findall(script) for script in scripts))
    for name in sorted(used - declared):
        report.problem(where, f"{{{{ {name} }}}} is no parameter")
    for name in sorted(declared - used):
        report.problem(where, f"the parameter {name} is not used")


def image_builder_scripts(report, where, document):
    if not check_schema(report, where, document, "image-builder.json"):
        return []
    phases = document["phases"]
    check_unique(report, where, "phases", [phase["name"] for phase in phases])
    for missing in {"build", "validate", "test"} - {phase["name"] for phase in phases}:
        report.problem(where, f"no phase {missing}")
    for phase in phases:
        check_unique(report, where, "steps", [step["name"] for step in phase["steps"]])
    scripts = ["\n".join(step["inputs"]["commands"]) for phase in phases for step in phase["steps"]
               if step["action"] == "ExecuteBash"]
    declared = [name for entry in document.get("parameters", []) + document.get("constants", [])
                for name in entry]
    check_unique(report, where, "parameters", declared)
    check_references(report, where, set(declared), scripts)
    return scripts


def ssm_scripts(report, where, document):
    if not check_schema(report, where, document, "ssm-command.json"):
        return []
    steps = document["mainSteps"]
    check_unique(report, where, "steps", [step["name"] for step in steps])
    parameters = document.get("parameters", {})
    for name, parameter in parameters.items():
        # What is put into a script must not be able to leave its quotes.
        if parameter["type"] == "String" and not parameter.keys() & {"allowedPattern", "allowedValues"}:
            report.problem(where, f"the parameter {name} takes any text into a shell script")
    scripts = ["\n".join(step["inputs"]["runCommand"]) for step in steps]
    check_references(report, where, set(parameters), scripts)
    return scripts


def cloud_init_scripts(report, where, document):
    # The schema is checked by cloud-init itself.
    scripts = [entry["content"] for entry in document.get("write_files", [])]
    for entry in document.get("runcmd", []):
        if isinstance(entry, str):
            scripts.append(entry)
        else:
            report.problem(where, "a runcmd that is no line of shell would not be checked")
    return scripts


# A string of HCL, and a list of them.
STRING = r'"((?:[^"\\]|\\.)*)"'
INLINE = re.compile(rf"\binline\s*=\s*\[((?:\s*{STRING}\s*,?)*)\s*\]")


def packer_scripts(report, where, text):
    lists = [match.group(1) for match in INLINE.finditer(text)]
    if len(lists) != len(re.findall(r"\binline\b", text)):
        report.problem(where, "an inline that is no list of strings would not be checked")
    lines = [[json.loads(f'"{line}"') for line in re.findall(STRING, each)] for each in lists]
    return [re.sub(r"\$\{[^}]*\}", "value", "\n".join(script)) for script in lines]


READERS = {"image-builder": image_builder_scripts, "ssm": ssm_scripts, "cloud-init": cloud_init_scripts}


def write_scripts(folder, name, scripts):
    for number, script in enumerate(scripts):
        text = REFERENCE.sub("value", script)
        (folder / f"{name}-{number}").write_text(f"#!/bin/sh\n{text}\n")


def main(recipes, folder):
    report = Report()
    for path in sorted(recipes.glob("packer/*.hcl")):
        where = f"packer/{path.name}"
        write_scripts(folder, path.name, packer_scripts(report, where, path.read_text()))
    for kind, reader in READERS.items():
        path = recipes / kind / "netpoll-shim.yaml"
        where = f"{kind}/netpoll-shim.yaml"
        if path.stat().st_size > LIMITS[kind]:
            report.problem(where, f"larger than {LIMITS[kind]} bytes")
        try:
            document = yaml.load(path.read_text(), UniqueKeyLoader)
        except yaml.YAMLError as error:
            report.problem(where, str(error).replace("\n", " "))
            continue
        write_scripts(folder, kind, reader(report, where, document))
    return 1 if report.problems else 0


sys.exit(main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])))
