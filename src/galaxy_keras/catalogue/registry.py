"""Looking entries of the catalogue up by any of their names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Generic, TypeVar

from galaxy_keras.catalogue.parameters import Entry
from galaxy_keras.errors import ConfigurationError, list_names, suggest

_MAX_SHOWN_LENGTH = 80
"""Characters shown in a message of a name, which may be of any length in a file."""

AnyEntry = TypeVar("AnyEntry", bound=Entry)


class Registry(Generic[AnyEntry]):
    """The entries of one kind, in the order in which forms and tables list them.

    Parameters
    ----------
    kind
        What they are, for messages.
    entries
        The entries.
    advice
        What to do instead, by the name of what Keras has and the catalogue does not offer.
    """

    def __init__(
        self, kind: str, entries: Iterable[AnyEntry], advice: Mapping[str, str] | None = None
    ) -> None:
        self.kind = kind
        self._advice = {name.casefold(): text for name, text in (advice or {}).items()}
        self._entries = {entry.name: entry for entry in entries}
        self._by_any_name: dict[str, AnyEntry] = {}
        for entry in self._entries.values():
            for name in (entry.name, *entry.aliases):
                known = self._by_any_name.setdefault(name.casefold(), entry)
                if known is not entry:
                    raise ValueError(f"{kind} name {name!r} is used by two entries")

    def __iter__(self) -> Iterator[AnyEntry]:
        return iter(self._entries.values())

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def names(self) -> tuple[str, ...]:
        """The canonical names."""
        return tuple(self._entries)

    def find(self, name: str) -> AnyEntry | None:
        """Return the entry called `name` (ignoring case, by any alias), or None."""
        return self._by_any_name.get(name.casefold())

    def get(self, name: str) -> AnyEntry:
        """Return the entry called `name`.

        Raises
        ------
        ConfigurationError
            If there is none; the message suggests the closest name.
        """
        entry = self.find(name)
        if entry is None:
            known = [each for entry in self for each in (entry.name, *entry.aliases)]
            instead = self._advice.get(name.casefold())
            advice = f" {instead}" if instead else suggest(name, known)
            advice = advice or f" Choose from: {list_names(self.names, most=100)}"
            raise ConfigurationError(
                f'there is no {self.kind} "{name[:_MAX_SHOWN_LENGTH]}".{advice}'
            )
        return entry
