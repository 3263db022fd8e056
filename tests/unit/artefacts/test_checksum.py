from __future__ import annotations

from pathlib import Path

import pytest

from galaxy_keras.artefacts import checksum
from galaxy_keras.artefacts.checksum import append_checksum, is_sealed, matches_checksum


@pytest.mark.parametrize("content", [b"", b"abc", b"x" * 100])
def test_what_was_sealed_matches(
    content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checksum, "_CHUNK_BYTES", 7)
    path = tmp_path / "file"
    path.write_bytes(content)
    assert not is_sealed(path)
    assert not matches_checksum(path)
    append_checksum(path)
    assert path.read_bytes().startswith(content)
    assert len(path.read_bytes()) == len(content) + 40
    assert is_sealed(path)
    assert matches_checksum(path)


def test_every_bit_counts(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"abc")
    append_checksum(path)
    sealed = path.read_bytes()
    for bit in range(8 * len(sealed)):
        changed = bytearray(sealed)
        changed[bit // 8] ^= 1 << bit % 8
        path.write_bytes(changed)
        assert not matches_checksum(path)
    for size in range(len(sealed)):
        path.write_bytes(sealed[:size])
        assert not matches_checksum(path)
