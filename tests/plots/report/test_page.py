"""The page as a whole: what stands in it, that nothing breaks out of it, and its size."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from galaxy_keras.artefacts.models.fitted import FittedModel
from galaxy_keras.errors import ModelFileError
from galaxy_keras.plots.report.content import ReportContent
from galaxy_keras.plots.report.output_sections import read_outputs
from galaxy_keras.plots.report.rendering import render_report
from galaxy_keras.plots.report.writing import collect_report, write_report
from galaxy_keras.schema.architecture.graph import Architecture, LayerNode
from galaxy_keras.schema.requests.report import ReportRequest
from galaxy_keras.schema.requests.runs import TableSource
from galaxy_keras.schema.training.features import FeatureDescription
from galaxy_keras.schema.training.targets import TargetDescription

from .conftest import HOSTILE, draw_probabilities, make_model

SaveModel = Callable[..., Path]
SaveTable = Callable[..., TableSource]
Ask = Callable[..., ReportRequest]

LARGEST = 5_000_000
TWO = TargetDescription(kind="binary", names=("answer",), classes=("no", "yes"))
THREE = TargetDescription(kind="multiclass", classes=("a", "b", "c"))
LABELS = TargetDescription(kind="multilabel", columns=2, classes=("red", "round"))
VALUES = TargetDescription(kind="regression", columns=2, names=("speed", "price"))
VOID = {"meta", "link", "img", "br", "hr", "input"}


class Page(HTMLParser):
    """Elements, attributes and texts of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.texts: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())

    def values(self, name: str) -> list[str]:
        return [value for _, attribute, value in self.attributes if attribute == name]


def check_page(text: str) -> Page:
    """Return the page after checking what holds for every report."""
    page = Page(text)
    assert len(text.encode()) < LARGEST
    assert not {"script", "link", "iframe", "object", "embed", "base", "form"} & set(page.tags)
    assert not [name for _, name, _ in page.attributes if name.startswith("on")]
    references = [*page.values("src"), *page.values("href"), *page.values("xlink:href")]
    assert all(each.startswith(("#", "data:image/png")) for each in references)
    outside = re.findall(r"url\((?!#)|@import", text)
    assert outside == []
    repeated = [name for name, count in Counter(page.values("id")).items() if count > 1]
    assert repeated == []
    targets = {each.removeprefix("#") for each in references if each.startswith("#")}
    assert targets <= set(page.values("id"))
    assert ("html", "lang", "en") in page.attributes
    assert "default-src 'none'" in page.values("content")[0]
    assert page.tags.count("table") == page.tags.count("caption")
    assert set(page.values("scope")) == {"row", "col"}
    assert page.tags.count("svg") == page.values("role").count("img")
    return page


def write_page(request: ReportRequest) -> Page:
    write_report(request)
    return check_page(request.output.read_text())


def headings(page: Page) -> list[str]:
    """Return the anchors of the sections, in their order."""
    return [value for tag, name, value in page.attributes if tag == "h2" and name == "id"]


OWN = ["history", "data", "architecture", "settings", "versions", "repeat"]


def collect_model(request: ReportRequest, fitted: FittedModel) -> ReportContent:
    return collect_report(request, fitted, read_outputs(request, fitted))


def test_report_of_a_model_alone(save_model: SaveModel, request_report: Ask) -> None:
    page = write_page(request_report(model=save_model(TWO)))
    assert headings(page) == ["summary", "scores", *OWN]
    for text in (
        "Report on fitted.h5mlm",
        "No predictions were given, so there are no scores here.",
        "acc, stored at training 0.750",
        "classifier: one of two classes",
        "Names of features height, weight",
        "2 classes no, yes",
        "SGD learning_rate=0.5",
        "layers_1_Dense__config__units 1",
        "Best epoch 1 of 2: val_loss 0.8; stopped early, 3 epochs were planned",
        "keras 3.15.1",
        "--optimizer-option learning_rate=0.5",
    ):
        assert text in page.text


def test_page_says_what_is_missing_where_a_server_takes_it_away(
    save_model: SaveModel, request_report: Ask
) -> None:
    page = write_page(request_report(model=save_model(TWO)))
    assert ("p", "style", "display: none") in page.attributes
    assert (
        "The figures were removed from this page by the server that shows it. Download the page "
        "and open it, or ask who runs the server to allow the HTML pages of this tool."
    ) in page.text


def test_report_of_two_classes(
    save_model: SaveModel, save_table: SaveTable, request_report: Ask
) -> None:
    request = request_report(
        model=save_model(TWO),
        true=save_table("y.tsv", [["yes"], ["no"], ["no"], ["yes"]], ["answer"]),
        scores=save_table("p.tsv", [[0.9], [0.8], [0.3], [0.6]]),
        features=save_table("X.tsv", [[1, 2], [30, 40], [5, 6], [7, 8]], ["height", "weight"]),
        title="Yes or no",
    )
    page = write_page(request)
    assert headings(page) == ["summary", "scores", "confusion", "curves", "mistakes", *OWN]
    assert "Accuracy 0.750" in page.text
    assert "1,000 bootstrap resamples of the n = 4 rows (seed 0)" in page.text
    assert "With so few rows the intervals are unreliable." in page.text
    # The second row is the worst; with the header it is row 3 of the file.
    assert "Loss height weight 3 no yes 0.2 1.609 30 40 5 yes yes 0.6" in page.text
    assert "rows are counted as in y.tsv" in page.text
    assert page.tags.count("svg") == 7


def test_report_of_several_classes(
    save_model: SaveModel, save_table: SaveTable, request_report: Ask
) -> None:
    request = request_report(
        model=save_model(THREE),
        true=save_table("y.tsv", [["a"], ["b"], ["c"], ["a"]]),
        scores=save_table("p.tsv", draw_probabilities(4, 3).tolist(), ["a", "b", "c"]),
        class_names="Anna,Bert,Carl",
    )
    page = write_page(request)
    assert "Macro F1" in page.text
    assert "3 classes Anna, Bert, Carl" in page.text
    assert "Macro average" in page.text


def test_report_of_labels_without_probabilities(
    save_model: SaveModel, save_table: SaveTable, request_report: Ask
) -> None:
    request = request_report(
        model=save_model(THREE),
        true=save_table("y.tsv", [["a"], ["b"]]),
        predicted=save_table("p.tsv", [["a"], ["c"]], ["Predicted"]),
    )
    page = write_page(request)
    assert "Curves need the probability of each class. Give it as --scores." in page.text
    assert "The worst mistakes are ranked by probability." in page.text
    assert "Log loss" not in page.text


def test_report_of_several_labels(
    save_model: SaveModel, save_table: SaveTable, request_report: Ask
) -> None:
    request = request_report(
        model=save_model(LABELS),
        true=save_table("y.tsv", [[0, 1], [1, 1], [0, 0]], ["red", "round"]),
        scores=save_table("p.tsv", [[0.2, 0.7], [0.1, 0.9], [0.3, 0.2]], ["red", "round"]),
    )
    page = write_page(request)
    assert headings(page)[1:4] == ["scores", "curves", "mistakes"]
    assert "Row True labels Predicted labels Loss 3 red, round round 1.204" in page.text
    assert "none none" in page.text


def test_report_of_values(
    save_model: SaveModel, save_table: SaveTable, request_report: Ask
) -> None:
    request = request_report(
        model=save_model(VALUES),
        true=save_table("y.tsv", [[1, 10], [2, 20], [3, 30]], ["speed", "price"]),
        predicted=save_table("p.tsv", [[1, 12], [2, 20], [4, 30]], ["speed", "price"]),
    )
    page = write_page(request)
    assert headings(page)[1:4] == ["scores", "values", "mistakes"]
    assert "R² of speed 0.500" in page.text
    assert "the mean of all outputs, each divided by its variance" in page.text
    # The errors are 1 and 2; the variances 2/3 and 200/3.
    assert "4 3 4 30 30 0.75 2 1 1 10 12 0.03" in page.text


def test_hold_out_of_one_class_and_one_row(
    save_model: SaveModel, save_table: SaveTable, request_report: Ask
) -> None:
    request = request_report(
        model=save_model(TWO),
        true=save_table("y.tsv", [["no"]]),
        scores=save_table("p.tsv", [[0.4]]),
    )
    page = write_page(request)
    assert "Roc: there is no curve to draw." in page.text
    assert "ROC AUC of yes undefined undefined" in page.text


def test_nothing_breaks_out_of_the_page(
    save_model: SaveModel, save_table: SaveTable, request_report: Ask
) -> None:
    names = ("height" + HOSTILE, '"><svg onload=alert(1)>')
    coding = TargetDescription(kind="binary", names=(HOSTILE,), classes=(HOSTILE, "yes"))
    model = save_model(
        coding,
        features=FeatureDescription(count=2, names=names),
        history={"loss": [1.0], HOSTILE: [2.0]},
        metrics={HOSTILE: 1.0},
        versions={HOSTILE: HOSTILE},
    )
    request = request_report(
        model=model,
        true=save_table('y".tsv', [[HOSTILE], ["yes"], ["yes"]]),
        scores=save_table("p.tsv", [[0.2, 0.8], [0.6, 0.4], [0.1, 0.9]], [HOSTILE, "yes"]),
        features=save_table("X.tsv", [[1, 2], [3, 4], [5, 6]], names),
        title=HOSTILE + "\x07\n",
    )
    page = write_page(request)
    assert page.tags.count("img") == 0
    # It stands there as the text that it is: in the title, the classes, the table of mistakes.
    assert page.text.count(HOSTILE) > 10
    assert HOSTILE + "\ufffd" in page.text
    assert page.tags.count("html") == page.tags.count("body") == 1


def test_names_of_classes_from_the_command_line_are_escaped(
    save_model: SaveModel, save_table: SaveTable, request_report: Ask
) -> None:
    request = request_report(
        model=save_model(TWO),
        true=save_table("y.tsv", [["no"], ["yes"]]),
        scores=save_table("p.tsv", [[0.2], [0.9]]),
        class_names="<script>x</script>,$\\frac{1}{2}$ 'b'",
    )
    page = write_page(request)
    assert "2 classes <script>x</script>, $\\frac{1}{2}$ 'b'" in page.text


@pytest.mark.slow
def test_very_many_rows_stay_small(
    save_model: SaveModel, save_table: SaveTable, request_report: Ask
) -> None:
    rows = 100_000
    random = np.random.default_rng(0)
    shares = random.random(rows).round(6)
    true = (random.random(rows) < shares).astype(int)
    coding = TargetDescription(kind="binary", classes=(0, 1))
    request = request_report(
        model=save_model(coding),
        true=save_table("y.tsv", true[:, None].tolist()),
        scores=save_table("p.tsv", shares[:, None].tolist()),
    )
    page = write_page(request)
    assert "n = 100,000 rows" in page.text


@pytest.mark.slow
def test_many_outputs_and_points_stay_small(
    save_model: SaveModel, save_table: SaveTable, request_report: Ask
) -> None:
    random = np.random.default_rng(0)
    true = random.normal(size=(3000, 12)).round(4)
    predicted = (true + random.normal(size=true.shape)).round(4)
    request = request_report(
        model=save_model(TargetDescription(kind="regression", columns=12)),
        true=save_table("y.tsv", true.tolist()),
        predicted=save_table("p.tsv", predicted.tolist()),
    )
    assert "The first 4 of 12 outputs are drawn." in write_page(request).text


@pytest.mark.slow
def test_many_classes_and_names_stay_small(
    save_model: SaveModel, save_table: SaveTable, request_report: Ask
) -> None:
    names = [f"class {number}" for number in range(120)]
    coding = TargetDescription(kind="multiclass", classes=tuple(names))
    features = FeatureDescription(count=20_000, names=tuple(f"f{n}" for n in range(20_000)))
    true = np.random.default_rng(1).choice(names, 2000)
    request = request_report(
        model=save_model(coding, features=features),
        true=save_table("y.tsv", true[:, None].tolist()),
        scores=save_table("p.tsv", draw_probabilities(2000, 120).tolist(), names),
    )
    page = write_page(request)
    assert "f59, ... and 19,940 more" in page.text
    assert "Scores by class, the first 100" in page.text
    assert "ROC AUC, mean" not in page.text


def test_long_training_and_many_layers(request_report: Ask) -> None:
    shape = {"batch_shape": (None, 2), "dtype": "float32"}
    nodes = [LayerNode(name="in", type="InputLayer", options=shape)]
    for number in range(45):
        before = (nodes[-1].name,)
        nodes.append(
            LayerNode(name=f"d{number}", type="Dense", options={"units": 1}, inbound=before)
        )
    fitted = make_model(
        TWO,
        architecture=Architecture.sequential("deep", nodes),
        history={"loss": (1 / np.arange(1, 501)).tolist()},
    )
    page = check_page(
        render_report(
            collect_report(request_report(), fitted, read_outputs(request_report(), fitted))
        )
    )
    assert "46 layers are too many for a diagram here." in page.text
    assert "Loss and metrics by epoch, 60 of 500" in page.text
    assert "500 (best) 0.002" in page.text


def test_model_without_history_seed_or_names(request_report: Ask) -> None:
    fitted = make_model(
        TargetDescription(kind="regression", columns=3),
        history={}, metrics={}, seed=None, features=FeatureDescription(count=2),
    )  # fmt: skip
    page = check_page(
        render_report(
            collect_report(request_report(), fitted, read_outputs(request_report(), fitted))
        )
    )
    assert "The model holds no history: it was not trained by galaxy-keras." in page.text
    assert "Target 3 columns" in page.text
    assert "Seed none: training again gives a different model" in page.text


def test_same_model_same_page(save_model: SaveModel, request_report: Ask) -> None:
    request = request_report(model=save_model(TWO))
    write_report(request)
    first = request.output.read_bytes()
    write_report(request)
    assert request.output.read_bytes() == first


def test_model_that_is_not_trained(tmp_path: Path, request_report: Ask) -> None:
    from galaxy_keras.artefacts.models.builder import Builder, write_builder

    fitted = make_model(TWO)
    path = tmp_path / "builder.zip"
    write_builder(path, Builder(architecture=fitted.architecture, training=fitted.training))
    with pytest.raises(ModelFileError) as caught:
        write_report(request_report(model=path))
    assert str(caught.value) == (
        f"{path} is a model builder: it has not been trained, so there is nothing to report. "
        "Give the model that keras-train-and-eval wrote with --output-model"
    )
