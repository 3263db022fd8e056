"""The kinds of samples that a form offers: tables, sparse matrices, sequences, genomes."""

from __future__ import annotations

from galaxy_keras.errors import ConfigurationError
from galaxy_keras.galaxy.columns import read_column_selector
from galaxy_keras.galaxy.form import Form

_SEQUENCES = {
    "FastaDNABatchGenerator": "fasta-dna",
    "FastaRNABatchGenerator": "fasta-rna",
    "FastaProteinBatchGenerator": "fasta-protein",
}
_UNSUPPORTED = {
    "refseq_and_interval": (
        "samples from a reference genome and intervals are not supported yet. "
        "Cut the sequences out first (for example with bedtools getfasta) and give them as FASTA"
    ),
    "variant_effect": (
        "predicting the effects of variants is not supported yet. "
        "Write the reference and the changed sequences to FASTA files and predict each of them"
    ),
}


def read_samples(inputs: Form) -> dict[str, object]:
    """Return the values of --features-format, --features-header and --features-columns.

    Raises
    ------
    ConfigurationError
        If the kind of samples is unknown or not supported yet.
    """
    kind = inputs.text("selected_input")
    if kind is None or kind == "tabular":
        return {
            "features_header": inputs.flag("header1"),
            "features_columns": read_column_selector(
                inputs.section("column_selector_options_1"),
                "selected_column_selector_option",
                "col1",
            ),
        }
    if kind == "sparse":
        return {"features_format": "matrix-market"}
    if kind == "seq_fasta":
        return {"features_format": _read_alphabet(inputs)}
    raise ConfigurationError(
        f"{inputs.describe('selected_input')}: "
        + _UNSUPPORTED.get(kind, f'there is no kind of samples "{kind}"')
    )


def _read_alphabet(inputs: Form) -> str:
    generator = inputs.text("seq_type") or "FastaDNABatchGenerator"
    if generator not in _SEQUENCES:
        raise ConfigurationError(
            f'{inputs.describe("seq_type")}: there is no kind of sequence "{generator}". '
            f"Known are: {', '.join(_SEQUENCES)}"
        )
    return _SEQUENCES[generator]
