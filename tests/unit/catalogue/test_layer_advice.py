from __future__ import annotations

import pytest

from galaxy_keras.catalogue.layers import LAYERS
from galaxy_keras.errors import ConfigurationError


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("TextVectorization", "--input 'words columns=...'"),
        ("stringlookup", "--input 'words columns=...'"),
        ("Hashing", "--input 'categories columns=...'"),
    ],
)
def test_layers_that_read_text_have_advice_of_their_own(name: str, advice: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        LAYERS.get(name)
    message = str(caught.value)
    assert message.startswith(f'there is no layer "{name}". Networks here take numbers')
    assert f"keras-model-builder {advice}" in message
