import pytest

from galaxy_keras.artefacts.architecture.spec_file import read_spec_file
from galaxy_keras.errors import ConfigurationError


def read(tmp_path, content):
    path = tmp_path / "net.spec"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_spec_file(path)


def test_yaml(tmp_path):
    text = "input_shape: [28, 28, 1]\nlayers:\n- Flatten\n- {type: Dropout, rate: 1e-1}\n"
    assert read(tmp_path, text) == {
        "input_shape": [28, 28, 1],
        "layers": ["Flatten", {"type": "Dropout", "rate": 0.1}],
    }


def test_json_with_tabs(tmp_path):
    assert read(tmp_path, '\ufeff {\t"layers":\t["Flatten"]}') == {"layers": ["Flatten"]}


@pytest.mark.parametrize(
    ("number", "value"), [("1e-3", 0.001), ("2.5E+2", 250.0), ("1.e3", 1000.0), (".5", 0.5)]
)
def test_numbers_with_exponents_are_numbers(tmp_path, number, value):
    assert read(tmp_path, f"layers: [{number}]") == {"layers": [value]}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("layers: [Flatten\n", "line 2, column 1: this is not YAML (expected ',' or ']'"),
        ("layers:\n\t- Flatten", "line 2, column 1: this is not YAML (found character"),
        ("- Flatten", "expected names and values, such as 'layers:' with a list below it"),
        ("", "expected names and values, such as 'layers:' with a list below it"),
        ("a: 1\nb:\n  c: 1\n  c: 2\n",
         'the name "c" is repeated in the mapping that begins in line 3'),
        ("a: &a [1]\nb: *a\n", "line 2, column 4: aliases (*name) cannot be used in a spec"),
        ("a: " + "[" * 150 + "]" * 150, "line 1, column 103: it is nested more than 100 levels"),
        (b"a: \xff", "byte 4 is not UTF-8 text"),
        ("a: \x07", "this is not YAML ("),
        ("a: !!python/object/apply:os.system [ls]",
         "line 1, column 4: values of the kind python/object/apply:os.system cannot be used"),
        ("a: !tag x", "line 1, column 4: values of the kind !tag cannot be used in a spec"),
        ("a: !!timestamp x", "line 1, column 4: values of the kind timestamp cannot be used in a"),
        ("a: !!set [x]", "line 1, column 4: values of the kind set cannot be used in a spec"),
        ("a: !!omap [x]", "line 1, column 4: values of the kind omap cannot be used in a spec"),
        ("a: !!binary eA==", "line 1, column 4: values of the kind binary cannot be used in a"),
        ("a: 2020-01-31", "line 1, column 4: values of the kind timestamp cannot be used in a"),
        ("a: !!bool x", 'line 1, column 4: "x" is not a value of the kind bool'),
        ('a: !!int ""', 'line 1, column 4: "" is not a value of the kind int'),
        ('a: !!float ""', 'line 1, column 4: "" is not a value of the kind float'),
        ("a: !!map [a, b]", "line 1, column 4: this is not YAML (expected a mapping node, but"),
        ("a: !!seq {a: b}", "line 1, column 4: this is not YAML (expected a sequence node, but"),
        ("a: !!int [1]", "line 1, column 4: this is not YAML (expected a scalar node, but found"),
        ("a: " + "9" * 41, "line 1, column 4: a number has more than 40 digits"),
        ("a: 1" + ":1" * 20, "line 1, column 4: a number has more than 40 digits"),
        ("a: 1" + ":1" * 20 + ".5", "line 1, column 4: a number has more than 40 digits"),
        ("? [a]\n: 1", "line 1, column 3: this is not YAML (found unhashable key)"),
        ("a: 2020-13-45", "line 1, column 4: values of the kind timestamp cannot be used in a"),
    ],
)  # fmt: skip
def test_refuses(tmp_path, content, message):
    with pytest.raises(ConfigurationError) as caught:
        read(tmp_path, content)
    assert str(caught.value).removeprefix(f"{tmp_path / 'net.spec'}: ").startswith(message)


def test_refuses_a_missing_file(tmp_path):
    with pytest.raises(ConfigurationError, match=r"no\.yaml does not exist\. Check the path"):
        read_spec_file(tmp_path / "no.yaml")
