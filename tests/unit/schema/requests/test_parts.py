from __future__ import annotations

import pytest

from galaxy_keras.errors import ConfigurationError
from galaxy_keras.schema.requests.parts import Part


def test_number_and_count() -> None:
    assert Part.parse("3/8") == Part(number=3, count=8)
    assert not Part.parse("3/8").is_first
    assert Part.parse(" 1/1 ").is_first


@pytest.mark.parametrize("text", ["", "3", "3/", "3/8/9", "-1/8", "1.5/8", "a/b", "1/" + "9" * 10])
def test_what_is_no_part(text: str) -> None:
    expected = "--part takes the number of the part and how many there are, such as 3/8, not "
    with pytest.raises(ConfigurationError) as caught:
        Part.parse(text)
    assert str(caught.value) == f"{expected}{text!r}"


@pytest.mark.parametrize(
    ("text", "last"), [("0/8", "8/8"), ("9/8", "8/8"), ("0/0", "1/1"), ("1/0", "1/1")]
)
def test_a_part_that_there_is_not(text: str, last: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        Part.parse(text)
    assert str(caught.value) == (
        f"--part {text}: there is no such part. Parts are counted from 1, so the numbers go from "
        f"1/{last[-1]} to {last}"
    )


@pytest.mark.parametrize("parts", [1, 2, 3, 8])
@pytest.mark.parametrize("things", [0, 1, 2, 7, 8, 100])
def test_parts_share_everything_in_order(parts: int, things: int) -> None:
    chosen = [Part(number=number + 1, count=parts).choose(things) for number in range(parts)]

    assert [each for part in chosen for each in part] == list(range(things))
    sizes = [len(part) for part in chosen]
    assert max(sizes) - min(sizes) <= 1
    assert sizes[0] == max(sizes)
