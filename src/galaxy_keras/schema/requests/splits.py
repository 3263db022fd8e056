"""How rows are held out of training."""

from __future__ import annotations

from typing import Final, Self

from pydantic import Field, model_validator

from galaxy_keras.catalogue.run_choices import SplitMethod
from galaxy_keras.errors import ConfigurationError, DataError, count_things
from galaxy_keras.schema.values.component import FrozenModel

DEFAULT_SPLIT_SEED: Final = 0
"""So that settings are compared on the same rows where nobody asks for others."""


class HoldOut(FrozenModel):
    """A set of rows that is held out, with scikit-learn's semantics.

    Attributes
    ----------
    method
        `last` and `none` take the last rows, `simple` shuffles, `stratified` keeps the proportions
        of the classes, `group` keeps the rows of a group together, `unique` those of equal
        features, `chromosome` the windows of a chromosome.
    size
        Below 1 a fraction of the rows (for `group` of the groups, for `unique` of the different
        rows), from 1 a number of them. 0 holds none out.
    random_state
        Seed of the shuffling: with the same seed, `sklearn.model_selection.train_test_split`
        gives the same rows.
    group_names
        For `group` and `chromosome`: what is held out; `size` and `random_state` are not used then.
    """

    method: SplitMethod = "simple"
    size: float = 0.2
    random_state: int | None = None
    group_names: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _check_size(self) -> Self:
        if not (0 < self.size < 1 or (self.size >= 0 and self.size.is_integer())):
            raise ConfigurationError(
                f"the size of a hold-out must be a fraction between 0 and 1 "
                f"or a whole number of rows, not {self.size:g}"
            )
        return self

    @property
    def test_size(self) -> float | int:
        """The size as scikit-learn takes it: a float is a fraction, an int a count."""
        return self.size if self.size < 1 else int(self.size)

    @property
    def shuffles(self) -> bool:
        """Whether a random seed decides which rows are held out."""
        takes_names = self.method in ("group", "chromosome") and self.group_names
        return self.method not in ("none", "last") and not takes_names and not self.is_empty

    @property
    def is_empty(self) -> bool:
        """Whether no row is held out."""
        return self.size == 0 and not self.group_names

    def format_options(self, prefix: str) -> str:
        """Return the options that hold out the same rows of the same table.

        Parameters
        ----------
        prefix
            What the names of the options of this hold-out begin with: "" or "val-".
        """
        test = "test" if not prefix else "val"
        options = [f"--{prefix}split {self.method}", f"--{test}-size {self.size:g}"]
        if self.shuffles and self.random_state is not None:
            options.append(f"--{prefix}split-seed {self.random_state}")
        return " ".join(options)

    def with_seed(self, seed: int | None) -> Self:
        """Return the same hold-out, with `seed` as random state where it has none of its own."""
        if self.random_state is not None:
            return self
        return self.model_copy(update={"random_state": seed})

    def check_rows(self, rows: int, what: str, option: str) -> None:
        """Check that neither side of a split is empty.

        Parameters
        ----------
        rows
            The number of rows, or of groups.
        what
            ``row`` or ``group``, for messages.
        option
            The option that gives the size, for messages.

        Raises
        ------
        DataError
            If one side would be empty.
        """
        if rows < 2:
            are = "is" if rows == 1 else "are"
            raise DataError(
                f"there {are} {count_things(rows, what)}; at least 2 are needed to hold some out"
            )
        if self.size >= rows:
            raise DataError(
                f"{option} asks for {int(self.size)} of {rows} {what}s; "
                f"at least one must be left to train on. Give at most {rows - 1}, or a fraction"
            )
        if self.size < 1 and int(rows * (1 - self.size)) < 1:
            raise DataError(
                f"{option} {self.size:g} leaves none of {rows} {what}s to train on. "
                "Give a smaller one"
            )


class Fold(HoldOut):
    """One of the parts of equal size that cross-validation holds out in turn.

    Attributes
    ----------
    number
        Which one, from 0.
    count
        How many there are.
    """

    number: int
    count: int

    def check_members(self, members: int, what: str) -> None:
        """Check that each fold gets one at least.

        Parameters
        ----------
        members
            The number of rows, of groups, or of rows of the rarest class.
        what
            What is counted, in the plural.

        Raises
        ------
        DataError
            If there are too few.
        """
        if members < self.count:
            raise DataError(
                f"--cross-validate {self.count} needs at least {self.count} {what}, and there are "
                f"{members}. Give at most {members}, or use another --split"
            )


class CrossValidation(FrozenModel):
    """How a network is scored on all rows, each of which is held out once.

    Attributes
    ----------
    folds
        Into how many parts the rows are divided.
    repeats
        How often that is done, each time with other parts.
    """

    folds: int = Field(ge=2)
    repeats: int = Field(default=1, ge=1)
