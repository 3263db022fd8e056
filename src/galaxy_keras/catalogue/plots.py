"""The plots of `ml-visualization-ex`: their inputs and options."""

from __future__ import annotations

from typing import Final

from galaxy_keras.catalogue.parameters import Kind, Parameter
from galaxy_keras.catalogue.plot import (
    CLASS_NAMES,
    CLASS_ORDER,
    CURVE_PARAMETERS,
    IMPORTANCE_THRESHOLD,
    LABELS,
    POS_LABEL,
    SCORES,
    TOP,
    TRUE_CLASSES,
    VALUES,
    PlotEntry,
    PlotInput,
)
from galaxy_keras.catalogue.registry import Registry

PLOTS: Final = Registry(
    "plot",
    (
        PlotEntry(
            name="confusion-matrix",
            module="galaxy_keras.plots.kinds.confusion_matrix",
            help="How many rows of each true class were predicted as which class.",
            aliases=("classification_confusion_matrix", "confusion_matrix"),
            inputs=LABELS,
            parameters=(
                Parameter(
                    name="normalize",
                    kind=Kind.CHOICE,
                    default="none",
                    choices=("none", "true", "pred", "all"),
                    help="Show shares of the true class, of the predicted class or of all rows.",
                ),
                CLASS_NAMES,
                CLASS_ORDER,
                Parameter(
                    name="colormap",
                    kind=Kind.TEXT,
                    default="Greens",
                    help="Any colormap of matplotlib; upper and lower case do not matter.",
                ),
            ),
        ),
        PlotEntry(
            name="training-history",
            module="galaxy_keras.plots.kinds.training_history",
            help="Loss and metrics by epoch, for training and validation.",
            aliases=("training_history",),
            inputs=(
                PlotInput(
                    name="history",
                    table=False,
                    required=False,
                    help="Table of keras-train-and-eval --output-history.",
                ),
                PlotInput(
                    name="model",
                    table=False,
                    required=False,
                    help="Fitted model, instead of the table: it holds its history.",
                ),
            ),
            parameters=(
                Parameter(
                    name="monitor",
                    kind=Kind.TEXT,
                    default=None,
                    help="Column that says which epoch is best (default: val_loss, else loss).",
                ),
                Parameter(
                    name="mode",
                    kind=Kind.CHOICE,
                    default="auto",
                    choices=("auto", "min", "max"),
                    help="Whether the best epoch has the lowest or the highest value; "
                    "auto goes by the name of the metric.",
                ),
            ),
        ),
        PlotEntry(
            name="roc-curve",
            module="galaxy_keras.plots.kinds.roc_curve",
            help="True against false positive rate as the threshold moves, with the area.",
            aliases=("roc_curve",),
            inputs=(TRUE_CLASSES, SCORES),
            parameters=CURVE_PARAMETERS,
        ),
        PlotEntry(
            name="precision-recall-curve",
            module="galaxy_keras.plots.kinds.precision_recall_curve",
            help="Precision against recall as the threshold moves, with the average precision.",
            aliases=("pr_curve", "precision_recall_curve"),
            inputs=(TRUE_CLASSES, SCORES),
            parameters=CURVE_PARAMETERS,
        ),
        PlotEntry(
            name="learning-curve",
            module="galaxy_keras.plots.kinds.learning_curve",
            help="Scores by the number of training rows, from a table of scikit-learn's.",
            aliases=("learning_curve",),
            inputs=(
                PlotInput(
                    name="scores",
                    table=False,
                    help="Table with the columns train_sizes_abs, mean_train_scores, "
                    "mean_test_scores and, for the bands, std_train_scores, std_test_scores.",
                ),
            ),
            parameters=(
                Parameter(
                    name="plot_std_err",
                    kind=Kind.BOOLEAN,
                    default=True,
                    help="Show a standard deviation to each side as a band.",
                ),
            ),
        ),
        PlotEntry(
            name="rfecv-scores",
            module="galaxy_keras.plots.kinds.rfecv_scores",
            help="Scores of recursive feature elimination by the number of features.",
            aliases=("rfecv_gridscores", "rfecv_scores"),
            inputs=(
                PlotInput(
                    name="scores",
                    help="Table with one score a row, or RFECV's cv_results_ with their header.",
                ),
            ),
            parameters=(
                Parameter(
                    name="steps",
                    kind=Kind.TEXT,
                    default=None,
                    help="Numbers of features, separated by commas (default: 1, 2, 3, ...).",
                ),
            ),
        ),
        PlotEntry(
            name="feature-importances",
            module="galaxy_keras.plots.kinds.feature_importances",
            help="How much each feature counts, from a table of importances.",
            aliases=("feature_importances",),
            inputs=(
                PlotInput(
                    name="importances",
                    help="Table with names of features, their importances and, for error bars, "
                    "standard deviations.",
                ),
            ),
            parameters=(
                IMPORTANCE_THRESHOLD,
                TOP,
            ),
        ),
        PlotEntry(
            name="permutation-importances",
            module="galaxy_keras.plots.kinds.feature_importances",
            help="How far a network's score falls when a feature is shuffled.",
            aliases=("permutation_importances",),
            inputs=(
                PlotInput(name="model", table=False, help="Fitted model."),
                PlotInput(name="features", help="Table of features that it was not trained on."),
                PlotInput(name="target", help="Table of labels or values beside the features."),
            ),
            parameters=(
                Parameter(
                    name="scoring",
                    kind=Kind.TEXT,
                    default=None,
                    help="A scikit-learn scorer (default: accuracy or r2).",
                ),
                Parameter(
                    name="repeats",
                    kind=Kind.INTEGER,
                    default=5,
                    minimum=1,
                    maximum=1000,
                    help="How many times each feature is shuffled.",
                ),
                Parameter(
                    name="rows",
                    kind=Kind.INTEGER,
                    default=1000,
                    minimum=2,
                    help="Measure on so many rows at most, chosen at random.",
                ),
                Parameter(
                    name="seed",
                    kind=Kind.INTEGER,
                    default=0,
                    minimum=0,
                    help="Makes the choice of rows and the shuffling repeatable.",
                ),
                IMPORTANCE_THRESHOLD,
                TOP,
            ),
        ),
        PlotEntry(
            name="model-architecture",
            module="galaxy_keras.plots.kinds.model_architecture",
            help="The layers of a network with their output shapes and parameters.",
            aliases=("keras_plot_model", "model_architecture"),
            inputs=(
                PlotInput(
                    name="model",
                    table=False,
                    help="JSON of an architecture, a model builder or a fitted model.",
                ),
            ),
        ),
        PlotEntry(
            name="calibration-curve",
            module="galaxy_keras.plots.kinds.calibration_curve",
            help="Whether probabilities can be taken at their word.",
            aliases=("calibration_curve",),
            inputs=(TRUE_CLASSES, SCORES),
            parameters=(
                POS_LABEL,
                CLASS_NAMES,
                Parameter(
                    name="bins",
                    kind=Kind.INTEGER,
                    default=10,
                    minimum=2,
                    maximum=100,
                    help="Into how many bins rows are put by their probability.",
                ),
                Parameter(
                    name="strategy",
                    kind=Kind.CHOICE,
                    default="uniform",
                    choices=("uniform", "quantile"),
                    help="Bins of equal width, or with equally many rows.",
                ),
            ),
        ),
        PlotEntry(
            name="score-distribution",
            module="galaxy_keras.plots.kinds.score_distribution",
            help="Which scores the rows of a class get, and which the others.",
            aliases=("score_distribution",),
            inputs=(TRUE_CLASSES, SCORES),
            parameters=(
                POS_LABEL,
                CLASS_NAMES,
                Parameter(
                    name="threshold",
                    kind=Kind.NUMBER,
                    default=None,
                    help="Threshold to mark.",
                ),
                Parameter(
                    name="bins",
                    kind=Kind.INTEGER,
                    default=40,
                    minimum=2,
                    maximum=500,
                    help="Into how many steps the scores are cut.",
                ),
            ),
        ),
        PlotEntry(
            name="per-class-scores",
            module="galaxy_keras.plots.kinds.per_class_scores",
            help="Precision, recall and F1 of each class.",
            aliases=("per_class_scores",),
            inputs=LABELS,
            parameters=(CLASS_NAMES, CLASS_ORDER),
        ),
        PlotEntry(
            name="predicted-vs-true",
            module="galaxy_keras.plots.kinds.regression",
            help="Predicted against true values of a regression.",
            aliases=("predicted_vs_true",),
            inputs=VALUES,
        ),
        PlotEntry(
            name="residuals",
            module="galaxy_keras.plots.kinds.regression",
            help="What is left between true and predicted values of a regression.",
            inputs=VALUES,
        ),
        PlotEntry(
            name="embedding-projection",
            module="galaxy_keras.plots.kinds.embedding_projection",
            help="The words of an Embedding layer in two dimensions, alike ones close together.",
            aliases=("embedding_projection",),
            inputs=(
                PlotInput(name="model", table=False, help="Fitted model with an Embedding layer."),
                PlotInput(
                    name="vocabulary",
                    required=False,
                    help="Table with one word a row, in the order of their indices from 0; or "
                    "with words and indices.",
                ),
            ),
            parameters=(
                Parameter(
                    name="method",
                    kind=Kind.CHOICE,
                    default="pca",
                    choices=("pca", "tsne"),
                    help="Principal components, or t-SNE, which keeps neighbours together.",
                ),
                Parameter(
                    name="layer",
                    kind=Kind.TEXT,
                    default=None,
                    help="Name of the Embedding layer (default: the first).",
                ),
                Parameter(
                    name="words",
                    kind=Kind.TEXT,
                    default=None,
                    help="Words to point out, separated by commas.",
                ),
                Parameter(
                    name="top",
                    kind=Kind.INTEGER,
                    default=300,
                    minimum=3,
                    maximum=20_000,
                    help="Project so many words, those with the lowest indices.",
                ),
            ),
        ),
    ),
)
