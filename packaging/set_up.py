"""Set up the environment that `make` runs the commands and the tests in.

    set_up.py FOLDER [--this-python] [EXTRA ...]

Old Pythons must understand this file to say that they are too old, so it keeps to what Python 2
has; environment.py beside it does the work. With --this-python the environment must be made by
the Python that runs this; without it one that another Python made is good too.
"""

import json
import os
import subprocess
import sys

TRIED = ((3, 11), (3, 12), (3, 13))
"""The versions that the tests were run on, as in pyproject.toml."""


def name_version(version):
    """Write a version as it is typed, such as 3.11."""
    return ".".join(str(number) for number in version)


def runs(command):
    """Say whether there is such a Python and it starts."""
    with open(os.devnull, "w") as nowhere:
        try:
            return not subprocess.call([command, "-c", ""], stdout=nowhere, stderr=nowhere)
        except OSError:
            return False


def describe_version():
    """Say what is wrong with the version of this Python, and which to take instead."""
    wanted = [name_version(version) for version in TRIED]
    found = [name for name in ("python" + version for version in wanted) if runs(name)]
    if found:
        advice = "%s is installed here. Try: make PYTHON=%s" % (found[-1], found[-1])
    else:
        advice = (
            "Install one of them (your system's packages, python.org, conda and pyenv have them), "
            "and name it: make PYTHON=python%s" % wanted[-2]
        )
    return "%s is Python %s, and galaxy-keras needs Python %s or %s. %s" % (
        sys.executable,
        name_version(sys.version_info[:3]),
        ", ".join(wanted[:-1]),
        wanted[-1],
        advice,
    )


def find_recorded(folder):
    """Return the Python that made the environment, if one did and is still there."""
    try:
        with open(os.path.join(folder, "installed")) as file:
            interpreter = json.load(file)["interpreter"]
    except (IOError, ValueError, KeyError):
        return None
    return interpreter if interpreter != sys.executable and runs(interpreter) else None


def main(arguments):
    """Set up with this Python, or with the one that did before, or say what to do."""
    if tuple(sys.version_info[:2]) in TRIED:
        import environment

        return environment.main(arguments)
    recorded = None if "--this-python" in arguments else find_recorded(arguments[0])
    if recorded is None:
        sys.stderr.write(describe_version() + "\n")
        return 1
    return subprocess.call([recorded, os.path.abspath(__file__)] + arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
