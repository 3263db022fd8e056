"""A pip that fetches nothing: it leaves a first and a second part of a package."""

from pathlib import Path

from stages import reach

site = Path(__file__).parent
print("Collecting tensorflow", flush=True)
reach("collecting")
print("Installing collected packages: tensorflow", flush=True)
(site / "first_part").touch()
reach("installing")
(site / "second_part").touch()
reach("installed")
