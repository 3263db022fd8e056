"""Writes the sample of the present format of the builder."""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).parent

if __name__ == "__main__":
    sys.path.insert(0, str(HERE.parent))
    from test_builder import make_builder

    from galaxy_keras.artefacts.models.builder import write_builder

    write_builder(HERE / "builder_v1.zip", make_builder())
