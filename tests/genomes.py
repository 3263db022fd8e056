"""Files of genomes for tests: FASTA, and blocks of bgzip."""

from __future__ import annotations

import random
import struct
import zlib
from collections.abc import Mapping
from pathlib import Path

_END = bytes.fromhex("1f8b08040000000000ff0600424302001b0003000000000000000000")


def write_fasta(
    path: Path, sequences: Mapping[str, str], *, width: int = 60, line_end: str = "\n"
) -> Path:
    """Write sequences with lines of one width, and return the path."""
    lines = [
        line
        for name, letters in sequences.items()
        for line in (
            f">{name} invented",
            *(letters[start : start + width] for start in range(0, len(letters), width)),
        )
    ]
    path.write_bytes("".join(line + line_end for line in lines).encode())
    return path


def pack_blocks(content: bytes, size: int = 500) -> bytes:
    """Return content as bgzip packs it, in blocks of `size` bytes (SAM specification, 4.1)."""
    blocks = [content[start : start + size] for start in range(0, len(content), size)]
    return b"".join(map(_pack_block, blocks)) + _END


def invent_sequence(length: int, seed: int, letters: str = "ACGT") -> str:
    """Return random letters."""
    return "".join(random.Random(seed).choices(letters, k=length))


def _pack_block(content: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    body = packer.compress(content) + packer.flush()
    header = struct.pack("<4BIBBH", 31, 139, 8, 4, 0, 0, 255, 6)
    extra = struct.pack("<2BHH", ord("B"), ord("C"), 2, len(body) + 25)
    return header + extra + body + struct.pack("<II", zlib.crc32(content), len(content))
