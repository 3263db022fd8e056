"""Whether scorers fit a target."""

from __future__ import annotations

import re

import pytest

from galaxy_keras.catalogue.scorers import TargetKind
from galaxy_keras.errors import ConfigurationError
from galaxy_keras.schema.training.scorers import check_scorers, list_scorers


@pytest.mark.parametrize(
    ("names", "kind", "expected"),
    [
        ([], "binary", ("accuracy",)),
        ([], "regression", ("r2",)),
        (["default"], "multilabel", ("accuracy",)),
        (["f1", "roc_auc", "f1"], "binary", ("f1", "roc_auc")),
        (
            ["precision_wighted", "recall_wighted"],
            "multiclass",
            ("precision_weighted", "recall_weighted"),
        ),
        (
            ["max_error", "spearman_correlation"],
            "regression",
            ("neg_max_error", "spearman_correlation"),
        ),
        (["binarize_auc_scorer"], "binary", ("binarize_auc_scorer",)),
    ],
)
def test_names_become_canonical(
    names: list[str], kind: TargetKind, expected: tuple[str, ...]
) -> None:
    assert check_scorers(names, kind, "--scoring") == expected


@pytest.mark.parametrize(
    ("name", "kind", "message"),
    [
        (
            "f1",
            "multiclass",
            '--scoring: the scorer "f1" does not suit a target of three or more classes. '
            "Use f1_macro",
        ),
        (
            "roc_auc",
            "multiclass",
            '--scoring: the scorer "roc_auc" does not suit a target of three or more classes. '
            "Use roc_auc_ovr",
        ),
        (
            "f1_samples",
            "binary",
            '--scoring: the scorer "f1_samples" does not suit a target of two classes. '
            "Use f1_macro",
        ),
        (
            "r2",
            "multilabel",
            '--scoring: the scorer "r2" does not suit a target of several labels per row. '
            "Use one of: accuracy, f1_macro",
        ),
        (
            "accuracy",
            "regression",
            '--scoring: the scorer "accuracy" does not suit a regression. Use one of: r2, '
            "explained",
        ),
        (
            "presision",
            "binary",
            '--scoring: there is no scorer "presision". Did you mean "precision"?',
        ),
    ],
)
def test_scorer_that_does_not_fit_is_refused(name: str, kind: TargetKind, message: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        check_scorers([name], kind, "--scoring")
    assert str(caught.value).startswith(message)


def test_scorer_of_one_output_is_refused_for_several() -> None:
    with pytest.raises(ConfigurationError) as caught:
        check_scorers(["max_error"], "regression", "--scoring", outputs=2)
    assert '"neg_max_error" does not suit a regression of 2 outputs. Use one of: r2' in str(
        caught.value
    )


def test_all_unfit_scorers_are_told_at_once() -> None:
    with pytest.raises(ConfigurationError) as caught:
        check_scorers(["f1", "accuracy", "r2"], "multiclass", "--scoring")
    assert len(caught.value.problems) == 2


def test_fitting_scorers_are_listed() -> None:
    assert "f1" in list_scorers("binary")
    assert "f1" not in list_scorers("multiclass")
    assert "neg_max_error" not in list_scorers("regression", outputs=2)


@pytest.mark.parametrize(
    ("name", "kind", "refused"),
    [
        ("neg_log_loss", "binary", True),
        ("d2_brier_score", "multiclass", True),
        ("roc_auc_ovo_weighted", "multiclass", True),
        ("roc_auc_ovr", "binary", False),
        ("roc_auc", "binary", False),
        ("average_precision", "multiclass", False),
        ("f1", "binary", False),
    ],
)
def test_scores_of_probabilities_need_probabilities(
    name: str, kind: TargetKind, refused: bool
) -> None:
    assert check_scorers([name], kind, "--scoring") == (name,)
    why = "the last layer is linear. End it in sigmoid"
    if not refused:
        assert check_scorers([name], kind, "--scoring", no_probabilities=why) == (name,)
        return
    message = (
        f'--scoring: the scorer "{name}" needs the probability of each class, but the last layer '
        "is linear. End it in sigmoid, or choose a score that needs none"
    )
    with pytest.raises(ConfigurationError, match=re.escape(message)):
        check_scorers([name], kind, "--scoring", no_probabilities=why)
