"""Requests to go on with texts."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from galaxy_keras.catalogue.precisions import Precision
from galaxy_keras.catalogue.run_choices import DeviceChoice
from galaxy_keras.errors import ConfigurationError
from galaxy_keras.schema.requests.runs import SampleRequest
from galaxy_keras.schema.values.component import FrozenModel

_OF_GENERATION = (
    "prompts",
    "length",
    "temperature",
    "top_k",
    "top_p",
    "samples",
    "seed",
    "compare",
)
_OF_PREDICTIONS = ("threshold", "pos_label", "id_columns", "part")


class GenerationRequest(FrozenModel):
    """A request to model-prediction --method generate.

    Attributes
    ----------
    model, weights
        The language model; weights only beside a bare architecture.
    prompts
        The beginnings of texts; empty where they are in `features`.
    features
        A file of them, or None.
    length
        How many tokens are generated.
    temperature, top_k, top_p
        As in `data.token_sampling.SamplingOptions`.
    samples
        How many texts go on from each prompt.
    seed
        Seed of the tokens that are drawn; None for another one each time.
    compare
        Whether only as much of each prompt is given as the network sees, beside what follows.
    batch_size
        Texts computed at once; None chooses by memory.
    device
        Where to compute.
    accelerate
        Whether LSTM and GRU are accelerated on a CPU where they can; None where it pays off.
    precision
        The dtype policy of the layers.
    require_signature
        The key that the model must be signed with, or None.
    output
        The table to write.
    """

    model: Path
    weights: Path | None = None
    prompts: tuple[str, ...] = ()
    features: SampleRequest | None = None
    length: int = 100
    temperature: float = 1.0
    top_k: int = 0
    top_p: float = 1.0
    samples: int = 1
    seed: int | None = None
    compare: bool = False
    batch_size: int | None = None
    device: DeviceChoice = "auto"
    accelerate: bool | None = None
    precision: Precision = "float32"
    require_signature: Path | None = None
    output: Path

    @classmethod
    def from_options(cls, options: Mapping[str, Any]) -> Self:
        """Return the request that the command's options make.

        Raises
        ------
        ConfigurationError, DataError
            If options contradict each other or cannot be read.
        """
        _refuse(options, _OF_PREDICTIONS, "is for other methods than generate")
        features = SampleRequest.from_options(options)
        if features is None and not options["prompts"]:
            raise ConfigurationError(
                "--method generate goes on with texts, and none is given. Give --prompt TEXT, or a "
                "file of them as --features"
            )
        if features is not None and options["prompts"]:
            raise ConfigurationError(
                "--prompt and --features both give texts to go on with. Leave one of them out"
            )
        names = set(cls.model_fields) - {"features"}
        given = {name: options[name] for name in names if options[name] is not None}
        return cls(features=features, **given)


def refuse_generation_options(options: Mapping[str, Any]) -> None:
    """Check that no option is given that only --method generate has.

    Raises
    ------
    ConfigurationError
        If there is one.
    """
    _refuse(options, _OF_GENERATION, "is for --method generate")


def _refuse(options: Mapping[str, Any], names: tuple[str, ...], reason: str) -> None:
    for name in names:
        value = options.get(name)
        # 0 equals False, but is a number that was given.
        if value is not None and value is not False and value != ():
            shown = "prompt" if name == "prompts" else name.replace("_", "-")
            raise ConfigurationError(f"--{shown} {reason}. Leave the option out")
