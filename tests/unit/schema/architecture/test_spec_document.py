"""The published form of a spec: its JSON schema, and the examples in the docs."""

import re
from pathlib import Path

import pytest
import yaml

from galaxy_keras.codegen.spec_schema import SCHEMA, render_schema
from galaxy_keras.schema.architecture.shapes import infer_shapes
from galaxy_keras.schema.architecture.spec import parse_spec

ROOT = Path(__file__).parents[4]
DOCUMENT = (ROOT / "docs" / "spec.md").read_text("utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", DOCUMENT, re.DOTALL)
WHOLE = [text for text in EXAMPLES if text.startswith("name:")]
PARTS = [text for text in EXAMPLES if text.startswith("- ")]


def test_the_schema_is_current():
    assert (ROOT / SCHEMA).read_text("utf-8") == render_schema()


@pytest.mark.parametrize("text", WHOLE, ids=lambda text: text.split()[1])
def test_examples_of_the_docs_are_networks(text):
    assert infer_shapes(parse_spec(yaml.safe_load(text))).parameters > 0


@pytest.mark.parametrize("text", PARTS, ids=lambda text: text.split()[2])
def test_layers_of_the_docs_can_be_built(text):
    first = {"type": "Input", "name": "words", "shape": [6, 4]}
    layers = yaml.load(text, Loader=yaml.SafeLoader)
    infer_shapes(parse_spec({"layers": [first, *layers]}))


def test_the_docs_have_examples():
    assert (len(WHOLE), len(PARTS)) == (3, 3)
