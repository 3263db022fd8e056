"""Variants of VCF files, and what is wrong with lines of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.genomes import pack_blocks

from galaxy_keras.artefacts.genome import variants as module
from galaxy_keras.artefacts.genome.variants import Variant, iterate_variants
from galaxy_keras.errors import DataError

TEXT = (
    "##fileformat=VCFv4.3\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
    "chr1\t10\trs1\tA\tC,GT,*\t.\t.\t.\n1\t12\t.\tac\t<DEL>,A[2:3[\nchr2\t3\tx\tA\t.\n"
)


@pytest.mark.parametrize("packed", [False, True])
def test_alternatives(tmp_path: Path, packed: bool) -> None:
    path = tmp_path / "v.vcf"
    path.write_bytes(pack_blocks(TEXT.encode(), 50) if packed else TEXT.encode())
    found = list(iterate_variants(path))
    assert found == [
        Variant(3, "chr1", 10, "rs1", "A", "C"),
        Variant(3, "chr1", 10, "rs1", "A", "GT"),
        Variant(3, "chr1", 10, "rs1", "A", "*"),
        Variant(4, "1", 12, ".", "ac", "<DEL>"),
        Variant(4, "1", 12, ".", "ac", "A[2:3["),
    ]
    assert [each.is_symbolic for each in found] == [False] * 3 + [True] * 2


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (
            "chr1\t10\tx\n",
            "line 2: there are 3 columns, but a variant has CHROM, POS, ID, REF and ALT",
        ),
        ("chr1\tten\tx\tA\tC\n", 'line 2: POS is "ten", which is no position'),
        (
            "chr1\t0\tx\tA\tC\n",
            "line 2: POS is 0, which stands for the end of a chromosome. "
            "Positions count from 1: if they are from a BED file, add 1",
        ),
        ("chr1\t5\tx\t<X>\tC\n", 'line 2: REF is "<X>", which is no sequence'),
        ("", "has no variants. Check the step that wrote it"),
    ],
)
def test_refused(tmp_path: Path, line: str, message: str) -> None:
    path = tmp_path / "v.vcf"
    path.write_text("#CHROM\n" + line)
    with pytest.raises(DataError) as caught:
        list(iterate_variants(path))
    assert message in str(caught.value)


def test_many_wrong_lines(tmp_path: Path) -> None:
    path = tmp_path / "v.vcf"
    path.write_text("chr1\n" * 100)
    with pytest.raises(DataError) as caught:
        list(iterate_variants(path))
    assert len(caught.value.problems) == module.MAX_PROBLEMS
