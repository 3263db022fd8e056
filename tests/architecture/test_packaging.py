"""What is installed is all that there is."""

import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_package_is_listed() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    folders = [path.parent for path in (ROOT / "src").rglob("__init__.py")]
    packages = {".".join(folder.relative_to(ROOT / "src").parts) for folder in folders}

    assert set(settings["tool"]["setuptools"]["packages"]) == packages | {"galaxy_keras.tools"}
