"""The plots of `ml-visualization-ex`: their inputs and options."""

from __future__ import annotations

from typing import Final

from galaxy_keras.catalogue.constructors import (
    choice,
    count,
    flag,
    fraction,
    integer,
    number,
    text,
)
from galaxy_keras.catalogue.plot import (
    CLASS_NAMES,
    CLASS_ORDER,
    CURVE_PARAMETERS,
    IMPORTANCE_THRESHOLD,
    LABELS,
    OUTPUT_NAME,
    POS_LABEL,
    SCORES,
    TOP,
    TRUE_CLASSES,
    VALUES,
    PlotEntry,
    PlotInput,
    PlotOutput,
)
from galaxy_keras.catalogue.registry import Registry

_EMBEDDING_MODEL: Final = PlotInput(
    name="model", table=False, help="Fitted model with an Embedding layer."
)
_VOCABULARY: Final = PlotInput(
    name="vocabulary",
    required=False,
    help="Table with one word per row, in the order of their indices from 0; or with words and "
    "indices. Not needed where the model encodes raw texts.",
)

PLOTS: Final = Registry(
    "plot",
    (
        PlotEntry(
            name="confusion-matrix",
            module="galaxy_keras.plots.kinds.confusion_matrix",
            help="Number of rows by true and predicted class.",
            aliases=("classification_confusion_matrix", "confusion_matrix"),
            inputs=LABELS,
            parameters=(
                choice(
                    "normalize",
                    "Normalize over true classes, predicted classes or all rows.",
                    ("none", "true", "pred", "all"),
                    "none",
                ),
                CLASS_NAMES,
                CLASS_ORDER,
                text("colormap", "Any colormap of matplotlib; case is ignored.", "Greens"),
                OUTPUT_NAME,
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
                    help="Fitted model, which contains its history, instead of the table.",
                ),
            ),
            parameters=(
                text(
                    "monitor",
                    "Column that determines the best epoch (default: val_loss, else loss).",
                    None,
                ),
                choice(
                    "mode",
                    "Whether the best epoch has the lowest or the highest value; "
                    "auto infers it from the name of the metric.",
                    ("auto", "min", "max"),
                    "auto",
                ),
            ),
        ),
        PlotEntry(
            name="roc-curve",
            module="galaxy_keras.plots.kinds.roc_curve",
            help="True against false positive rate as the threshold varies, with the area.",
            aliases=("roc_curve",),
            inputs=(TRUE_CLASSES, SCORES),
            parameters=CURVE_PARAMETERS,
        ),
        PlotEntry(
            name="precision-recall-curve",
            module="galaxy_keras.plots.kinds.precision_recall_curve",
            help="Precision against recall as the threshold varies, with the average precision.",
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
            parameters=(flag("plot_std_err", "Show a band of one standard deviation.", True),),
        ),
        PlotEntry(
            name="rfecv-scores",
            module="galaxy_keras.plots.kinds.rfecv_scores",
            help="Scores of recursive feature elimination by the number of features.",
            aliases=("rfecv_gridscores", "rfecv_scores"),
            inputs=(
                PlotInput(
                    name="scores",
                    help="Table with one score per row, or RFECV's cv_results_ with their header.",
                ),
            ),
            parameters=(
                text(
                    "steps",
                    "Numbers of features, separated by commas (default: 1, 2, 3, ...).",
                    None,
                ),
            ),
        ),
        PlotEntry(
            name="feature-importances",
            module="galaxy_keras.plots.kinds.feature_importances",
            help="Feature importances, from a table.",
            aliases=("feature_importances",),
            inputs=(
                PlotInput(
                    name="importances",
                    help="Table with names of features, their importances and, for error bars, "
                    "standard deviations.",
                ),
            ),
            parameters=(IMPORTANCE_THRESHOLD, TOP),
        ),
        PlotEntry(
            name="permutation-importances",
            module="galaxy_keras.plots.kinds.feature_importances",
            help="Permutation importance: decrease in score when a feature is shuffled.",
            aliases=("permutation_importances",),
            inputs=(
                PlotInput(name="model", table=False, help="Fitted model."),
                PlotInput(name="features", help="Table of features that it was not trained on."),
                PlotInput(name="target", help="Table of the labels or values of these rows."),
            ),
            parameters=(
                text("scoring", "A scikit-learn scorer (default: accuracy or r2).", None),
                count("repeats", "How many times each feature is shuffled.", 5, maximum=1000),
                integer(
                    "rows", "Maximum number of rows to score, sampled at random.", 1000, minimum=2
                ),
                integer("seed", "Random seed of the row sample and the shuffling.", 0, minimum=0),
                IMPORTANCE_THRESHOLD,
                TOP,
            ),
        ),
        PlotEntry(
            name="in-silico-mutagenesis",
            module="galaxy_keras.plots.kinds.in_silico_mutagenesis",
            help="How an output of a network changes when single letters of a sequence do.",
            aliases=("in_silico_mutagenesis",),
            inputs=(
                PlotInput(name="model", table=False, help="Fitted model of sequences."),
                PlotInput(
                    name="features",
                    table=False,
                    help="FASTA file of sequences, or of the genome that --interval is of.",
                ),
            ),
            outputs=(
                PlotOutput(name="table", help="Table: position, reference and a column a letter."),
            ),
            parameters=(
                text("sample", "Name of the sequence (default: the first).", None),
                text("interval", "A place in the genome instead, such as chr1:101-300.", None),
                text(
                    "label",
                    "The class or the column of the target (default: the positive class).",
                    None,
                ),
            ),
        ),
        PlotEntry(
            name="motifs",
            module="galaxy_keras.plots.kinds.motifs",
            help="What the filters of a first convolution respond to, as sequence logos.",
            inputs=(
                PlotInput(name="model", table=False, help="Fitted model of sequences."),
                PlotInput(
                    name="features",
                    table=False,
                    help="FASTA file of sequences, or of the genome that --intervals are of.",
                ),
                PlotInput(
                    name="intervals",
                    table=False,
                    required=False,
                    help="Intervals (BED) whose windows are the samples.",
                ),
            ),
            outputs=(PlotOutput(name="meme", help="The motifs as text of MEME, for Tomtom."),),
            parameters=(
                text("layer", "Name of the Conv1D (default: the first).", None),
                fraction(
                    "threshold",
                    "A site activates a filter more than this share of the highest activation.",
                    0.5,
                ),
                count("top", "Maximum number of filters shown.", 12, maximum=100),
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
            help="How well predicted probabilities are calibrated.",
            aliases=("calibration_curve",),
            inputs=(TRUE_CLASSES, SCORES),
            parameters=(
                POS_LABEL,
                CLASS_NAMES,
                integer("bins", "Number of bins of the probability.", 10, minimum=2, maximum=100),
                choice(
                    "strategy",
                    "Bins of equal width (uniform), or with equal numbers of rows (quantile).",
                    ("uniform", "quantile"),
                    "uniform",
                ),
                OUTPUT_NAME,
            ),
        ),
        PlotEntry(
            name="score-distribution",
            module="galaxy_keras.plots.kinds.score_distribution",
            help="Distribution of the scores of a class and of the other classes.",
            aliases=("score_distribution",),
            inputs=(TRUE_CLASSES, SCORES),
            parameters=(
                POS_LABEL,
                CLASS_NAMES,
                number("threshold", "Threshold to mark.", None),
                integer("bins", "Number of bins of the scores.", 40, minimum=2, maximum=500),
                OUTPUT_NAME,
            ),
        ),
        PlotEntry(
            name="per-class-scores",
            module="galaxy_keras.plots.kinds.per_class_scores",
            help="Precision, recall and F1 of each class.",
            aliases=("per_class_scores",),
            inputs=LABELS,
            parameters=(CLASS_NAMES, CLASS_ORDER, OUTPUT_NAME),
        ),
        PlotEntry(
            name="predicted-vs-true",
            module="galaxy_keras.plots.kinds.regression",
            help="Predicted against true values of a regression.",
            aliases=("predicted_vs_true",),
            inputs=VALUES,
            parameters=(OUTPUT_NAME,),
        ),
        PlotEntry(
            name="residuals",
            module="galaxy_keras.plots.kinds.regression",
            help="Residuals of a regression.",
            inputs=VALUES,
            parameters=(OUTPUT_NAME,),
        ),
        PlotEntry(
            name="embedding-projection",
            module="galaxy_keras.plots.kinds.embedding_projection",
            help="The words of an Embedding layer in two dimensions, similar ones close together.",
            aliases=("embedding_projection",),
            inputs=(
                _EMBEDDING_MODEL,
                _VOCABULARY,
            ),
            outputs=(
                PlotOutput(
                    name="vectors",
                    help="Table of the vectors, without header, for the projector of TensorBoard.",
                ),
                PlotOutput(
                    name="metadata", help="Table of their words, likewise, a word for each row."
                ),
            ),
            parameters=(
                choice(
                    "method",
                    "Principal components, or t-SNE, which keeps neighbours together.",
                    ("pca", "tsne"),
                    "pca",
                ),
                text("layer", "Name of the Embedding layer (default: the first).", None),
                text("words", "Words to highlight, separated by commas.", None),
                integer(
                    "top",
                    "Number of words projected, those with the lowest indices.",
                    300,
                    minimum=3,
                    maximum=20_000,
                ),
            ),
        ),
        PlotEntry(
            name="nearest-words",
            module="galaxy_keras.plots.kinds.nearest_words",
            help="The words nearest to given ones, by the cosine of their vectors in an Embedding.",
            aliases=("nearest_words",),
            inputs=(
                _EMBEDDING_MODEL,
                _VOCABULARY,
            ),
            outputs=(PlotOutput(name="table", help="Table of words, neighbours, similarities."),),
            parameters=(
                text("words", "Words to look for, separated by commas.", None),
                text("layer", "Name of the Embedding layer (default: the first).", None),
                count("count", "Number of neighbours of each word.", 10, maximum=100),
            ),
        ),
    ),
)
