"""Make an environment without waiting for its pip: quick_venv.py FOLDER."""

import shutil
import sys
import venv
from pathlib import Path

from stages import reach

folder = Path(sys.argv[1])
(folder / "lib").mkdir()
reach("making")
venv.EnvBuilder(symlinks=True).create(folder)
(site,) = folder.glob("lib/python*/site-packages")
for name in ("pip.py", "stages.py"):
    shutil.copy(Path(__file__).parent / name, site)
reach("made")
