"""Trains a network on a checked run and evaluates the result."""

from __future__ import annotations

import contextlib
import logging
import platform
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from galaxy_keras import __version__
from galaxy_keras.artefacts.models.fitted import FittedModel
from galaxy_keras.data.answers import Answers
from galaxy_keras.data.draws import find_turn
from galaxy_keras.data.examples import Examples
from galaxy_keras.data.features import Arrays, arrange_inputs
from galaxy_keras.data.finiteness import find_non_finite, find_non_finite_layer
from galaxy_keras.data.predictions import Predictions, make_predictions
from galaxy_keras.data.raw_targets import decode_values, encode_values, store_targets
from galaxy_keras.data.scoring import score_predictions
from galaxy_keras.data.tabulation import OutputTable
from galaxy_keras.data.targets import format_for_loss
from galaxy_keras.data.token_windows import TokenWindows
from galaxy_keras.errors import TrainingError, escape_name
from galaxy_keras.learning.batches import Draw
from galaxy_keras.learning.building import build_model
from galaxy_keras.learning.checkpointing import CheckpointFolder, restore_checkpoint
from galaxy_keras.learning.compiling import CompiledOutput, build_callbacks, compile_model
from galaxy_keras.learning.computing import (
    choose_acceleration,
    choose_loops,
    prefers_inter_op_parallelism,
    set_seed,
    translating_missing_operations,
    warn_about_precision,
)
from galaxy_keras.learning.devices.devices import prepare_device
from galaxy_keras.learning.devices.distribution import Distribution, use_devices
from galaxy_keras.learning.evaluation import Evaluation
from galaxy_keras.learning.fitting import FitData, History, complete_history, fit_model
from galaxy_keras.learning.generation import SampleLogger, TextGenerator
from galaxy_keras.learning.interruption import LastEpoch
from galaxy_keras.learning.language import (
    PERPLEXITY,
    compute_perplexity,
    evaluate_language_model,
    format_next_tokens,
    make_token_predictions,
)
from galaxy_keras.learning.weights import (
    collect_optimizer_state,
    collect_random_states,
    collect_weights,
    restore_optimizer_state,
    restore_random_states,
    restore_weights,
)
from galaxy_keras.preparation.batch_sizes import choose_evaluation_batch_size
from galaxy_keras.preparation.decisions import calibrate, choose_decision
from galaxy_keras.preparation.targets import OutputTarget
from galaxy_keras.preparation.training import Preparation
from galaxy_keras.schema.architecture.graph import Architecture
from galaxy_keras.schema.architecture.precision import apply_precision
from galaxy_keras.schema.requests.runs import TrainingRequest
from galaxy_keras.schema.training.language import is_language_model
from galaxy_keras.schema.training.settings import TrainingSettings
from galaxy_keras.schema.values.component import Component

_ADVICE = "Lower the learning rate (--set learning_rate=...), or scale the features"

TRAINING_PREFIX = "train_"
"""What the names of scores begin with that are those of the training rows."""

Rescue = Callable[[FittedModel, int | None], None]
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class TrainingResult:
    """The result of a training run.

    Attributes
    ----------
    fitted
        The model with everything that its file holds; `fitted.metrics` are the Keras metrics
        and scores on the hold-out, `fitted.history` the values of each epoch.
    answers
        The true target of the hold-out and the predictions, of each output.
    ids
        The names of these rows, where the table of features has them.
    examples
        These rows as people read them, where they are asked for.
    """

    fitted: FittedModel
    answers: tuple[Answers, ...]
    ids: OutputTable | None = None
    examples: Examples | None = None


def train(
    preparation: Preparation,
    run: TrainingRequest,
    checkpoints: CheckpointFolder | None = None,
    rescue: Rescue | None = None,
    callbacks: Sequence[keras.callbacks.Callback] = (),
) -> TrainingResult:
    """Build, train and evaluate a network.

    Parameters
    ----------
    preparation
        The checked run.
    run
        The request, which names the devices.
    checkpoints
        The folder that training is saved to after each epoch and resumes from; None for none.
    rescue
        Takes the model, without scores, and the number of finished epochs where Ctrl-C ends the
        training, or None where its evaluation fails for any reason; the error is raised
        afterwards. None loses the model.
    callbacks
        Further callbacks, besides those of the settings.

    Raises
    ------
    ConfigurationError
        If the device is not available, or a scorer cannot score the hold-out.
    TrainingError
        If training diverges.
    MemoryError
        If the machine or the GPU has too little memory.
    """
    architecture = apply_precision(preparation.architecture, preparation.precision)
    accelerate = run.cluster is None and choose_acceleration(
        run.accelerate, architecture, _count_rows(preparation)
    )
    inter_op = accelerate and prefers_inter_op_parallelism(architecture)
    distribution = _distribute(run, preparation.settings, inter_op=inter_op)
    warn_about_precision(preparation.precision, distribution.kind)
    if preparation.seed is not None:
        set_seed(preparation.seed, distribution.kind)
    try:
        with (
            distribution.translating_errors(),
            translating_missing_operations(preparation.precision),
        ):
            with distribution.scope():
                model = _build(preparation, architecture, accelerate=accelerate)
                if checkpoints is not None and checkpoints.checkpoint is not None:
                    restore_checkpoint(model, checkpoints.checkpoint)
            data = _make_data(preparation, distribution.replicas)
            last_epoch = None if rescue is None else LastEpoch()
            with _keeping_last_epoch(rescue, last_epoch, model, preparation, checkpoints):
                history = fit_model(
                    model,
                    data,
                    preparation.settings,
                    [
                        *build_callbacks(preparation.settings),
                        *_show_samples(model, preparation),
                        *callbacks,
                    ],
                    seed=preparation.seed,
                    checkpoints=checkpoints,
                    last_epoch=last_epoch,
                )
            _check_weights(model)
            with _rescuing(rescue, lambda: _collect(model, preparation, history, {})):
                evaluation = _evaluate(model, data, preparation, distribution)
                preparation = _decide(model, data, preparation, distribution, evaluation, run)
                return _make_result(model, preparation, history, evaluation)
    except TrainingError:
        # Resuming from this checkpoint would only diverge again.
        if checkpoints is not None:
            checkpoints.remove()
        raise


@contextlib.contextmanager
def _keeping_last_epoch(
    rescue: Rescue | None,
    last_epoch: LastEpoch | None,
    model: keras.Model,
    preparation: Preparation,
    checkpoints: CheckpointFolder | None,
) -> Iterator[None]:
    """Hand over the model as it was after its last finished epoch where Ctrl-C ends its training.

    The weights of the epoch that it ends are neither those of the epoch before nor of the next.
    """
    try:
        yield
    except KeyboardInterrupt:
        state = None if last_epoch is None else last_epoch.state
        if rescue is not None and state is not None:
            checkpoint = None if checkpoints is None else checkpoints.checkpoint
            history = complete_history(state.history, preparation.settings, checkpoint)
            kept = replace(
                _collect(model, preparation, history, {}),
                weights=state.weights,
                random_states=state.random_states,
                optimizer_state=state.optimizer_state,
            )
            rescue(kept, state.epoch)
        raise


@contextlib.contextmanager
def _rescuing(rescue: Rescue | None, collect: Callable[[], FittedModel]) -> Iterator[None]:
    """Hand over the trained model where what follows its training fails, whatever the reason."""
    try:
        yield
    except BaseException:
        if rescue is not None:
            rescue(collect(), None)
        raise


def _distribute(
    run: TrainingRequest, settings: TrainingSettings, *, inter_op: bool
) -> Distribution:
    if run.cluster is not None:
        # Only this needs JAX, which is an extra.
        from galaxy_keras.learning.devices.cluster import join_cluster

        return join_cluster(run.cluster, run.device)
    all_devices = run.devices == "all"
    kind = prepare_device(run.device, inter_op=inter_op, all_devices=all_devices)
    return use_devices(kind, all_devices=all_devices, settings=settings)


def _make_result(
    model: keras.Model, preparation: Preparation, history: History, evaluation: Evaluation
) -> TrainingResult:
    answers = tuple(
        _make_answers(learned, outputs, preparation)
        for learned, outputs in zip(preparation.outputs, evaluation.outputs, strict=True)
    )
    metrics = evaluation.metrics
    for learned, answer in zip(preparation.outputs, answers, strict=True):
        scores = score_predictions(learned.scorers, answer.true, answer.predictions)
        metrics |= {learned.output.name_value(name): value for name, value in scores.items()}
    if is_language_model(preparation.settings):
        metrics[PERPLEXITY] = compute_perplexity(evaluation.outputs[0])
    if preparation.split.scores_training:
        metrics = {f"{TRAINING_PREFIX}{name}": value for name, value in metrics.items()}
    fitted = _collect(model, preparation, history, metrics)
    ids = preparation.ids
    return TrainingResult(
        fitted,
        answers,
        ids=None if ids is None else ids.select(preparation.split.test),
        examples=preparation.examples,
    )


def _make_answers(
    learned: OutputTarget, outputs: NDArray[np.float32], preparation: Preparation
) -> Answers:
    true = learned.target.take(preparation.split.test)
    predictions = (
        make_token_predictions(outputs)
        if is_language_model(preparation.settings)
        else make_predictions(outputs, true.description, learned.kind)
    )
    return Answers(learned.output.name, true, predictions)


def _count_rows(preparation: Preparation) -> int:
    """Return how many rows pass through the network in all epochs."""
    settings = preparation.settings
    if settings.steps_per_epoch is None:
        return settings.epochs * len(preparation.split.train)
    return settings.epochs * settings.steps_per_epoch * settings.batch_size


def _build(
    preparation: Preparation, architecture: Architecture, *, accelerate: bool
) -> keras.Model:
    model = build_model(architecture)
    choose_loops(model, architecture, accelerate=accelerate)
    if preparation.initial_model is not None:
        restore_weights(model, preparation.initial_model.weights)
        if preparation.initial_model.random_states:
            restore_random_states(model, preparation.initial_model.random_states)
    for each in preparation.vectors:
        model.get_layer(each.layer).embeddings.assign(each.values)
    compile_model(
        model,
        preparation.settings,
        [
            CompiledOutput(
                each.output.settings, each.description.kind, each.scaling, each.output.weight
            )
            for each in preparation.outputs
        ],
    )
    if preparation.initial_model is not None:
        _restore_optimizer(model, preparation, preparation.initial_model)
    return model


def _restore_optimizer(
    model: keras.Model, preparation: Preparation, initial_model: FittedModel
) -> None:
    """Continue with the optimizer's state, unless another optimizer was asked for."""
    previous, current = initial_model.training.optimizer, preparation.settings.optimizer
    if not initial_model.optimizer_state or not _is_state_compatible(previous, current):
        logger.info(
            "The optimizer state is reset: the model stores no state of this %s.", current.name
        )
        return
    # A constant learning rate is part of the optimizer state; set the new one after restoring.
    differs = previous.options.get("learning_rate") != current.options.get("learning_rate")
    rate = float(model.optimizer.learning_rate.numpy()) if differs else None
    restore_optimizer_state(model, initial_model.optimizer_state)
    if rate is not None:
        model.optimizer.learning_rate = rate


def _is_state_compatible(previous: Component, current: Component) -> bool:
    """Return whether the optimizers are the same; only a fixed learning rate may differ."""
    return previous == current or (
        previous.name == current.name
        and _drop_fixed_rate(previous.options) == _drop_fixed_rate(current.options)
    )


def _drop_fixed_rate(options: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value
        for name, value in options.items()
        if name != "learning_rate" or isinstance(value, Component)
    }


def _show_samples(model: keras.Model, preparation: Preparation) -> list[SampleLogger]:
    if preparation.sample_prompt is None or not isinstance(preparation.features, TokenWindows):
        return []
    encoding = preparation.features.encoding
    generator = TextGenerator(model, encoding, preparation.outputs[0].kind)
    return [SampleLogger(generator, encoding, preparation.sample_prompt)]


def _make_data(preparation: Preparation, replicas: int) -> FitData:
    return FitData(
        inputs=preparation.arrays,
        targets=list(map(_format_target, preparation.outputs)),
        rows=preparation.split.train,
        validation_rows=preparation.split.validation,
        validation_batch_size=choose_evaluation_batch_size(
            preparation.architecture, preparation.settings
        ),
        weights=preparation.weights,
        replicas=replicas,
        draw=_make_draw(preparation),
        turn=find_turn(preparation.fitted_inputs),
    )


def _make_draw(preparation: Preparation) -> Draw | None:
    """Return what draws batches for the network, of what draws samples."""
    draw_samples = preparation.draw
    if draw_samples is None:
        return None

    def draw(rows: NDArray[np.intp], random: np.random.Generator) -> tuple[Arrays, Arrays | None]:
        samples, codes = draw_samples(rows, random)
        inputs = arrange_inputs(samples, preparation.inputs)
        if codes is None:
            return inputs, None
        # Windows have one target.
        (learned,) = preparation.outputs
        target = learned.target
        shaped = codes.astype(target.codes.dtype).reshape(len(rows), *target.codes.shape[1:])
        drawn = replace(learned, target=replace(target, codes=shaped))
        return inputs, [_format_target(drawn)]

    return draw


def _format_target(learned: OutputTarget) -> NDArray[Any]:
    if learned.scaling is not None:
        return encode_values(learned.scaling, learned.target)
    if is_language_model(learned.output.settings):
        return format_next_tokens(learned.target, learned.target_format)
    return format_for_loss(learned.target, learned.target_format)


def _check_weights(model: keras.Model) -> None:
    layer = find_non_finite_layer(collect_weights(model))
    if layer is not None:
        raise TrainingError(
            f'training diverged: the weights of the layer "{escape_name(layer)}" are no longer '
            f"finite. {_ADVICE}"
        )


def _evaluate(
    model: keras.Model, data: FitData, preparation: Preparation, distribution: Distribution
) -> Evaluation:
    rows = preparation.split.test
    if is_language_model(preparation.settings):
        (learned,) = preparation.outputs
        evaluation = evaluate_language_model(
            model, data, learned.target.codes, rows, is_logit=learned.kind == "logit"
        )
    else:
        evaluation = distribution.evaluate(
            model,
            data.inputs,
            data.targets,
            rows,
            batch_size=data.validation_batch_size,
            turn=data.turn,
        )
    decoded = tuple(
        outputs if learned.scaling is None else decode_values(learned.scaling, outputs)
        for learned, outputs in zip(preparation.outputs, evaluation.outputs, strict=True)
    )
    for outputs in decoded:
        _check_finite(outputs, rows)
    return replace(evaluation, outputs=decoded)


def _decide(
    model: keras.Model,
    data: FitData,
    preparation: Preparation,
    distribution: Distribution,
    evaluation: Evaluation,
    run: TrainingRequest,
) -> Preparation:
    """Return the preparation with what is to be chosen on the validation rows."""
    if run.threshold is None and run.calibrate is None:
        return preparation
    rows, size = preparation.split.validation, data.validation_batch_size
    if preparation.split.test is not rows:
        evaluation = distribution.evaluate(model, data.inputs, data.targets, rows, batch_size=size)
    (outputs,) = evaluation.outputs
    if run.calibrate is not None:
        preparation = calibrate(preparation, _predict(outputs, preparation))
    if run.threshold is not None:
        scores = _predict(outputs, preparation).positive_scores
        preparation = choose_decision(preparation, run.threshold, scores)
    return preparation


def _predict(outputs: NDArray[np.float32], preparation: Preparation) -> Predictions:
    (learned,) = preparation.outputs
    return make_predictions(outputs, learned.description, learned.kind)


def _check_finite(outputs: NDArray[np.float32], rows: NDArray[np.intp]) -> None:
    row = find_non_finite(outputs)
    if row is not None:
        raise TrainingError(
            f"the trained network computes no finite number from data row {rows[row] + 1}, which "
            f"was held out: its training diverged, or the row is unlike all others. {_ADVICE}"
        )


def _collect(
    model: keras.Model, preparation: Preparation, history: History, metrics: dict[str, float]
) -> FittedModel:
    return FittedModel(
        architecture=preparation.architecture,
        training=preparation.settings,
        target=preparation.outputs[0].description,
        other_targets=tuple(each.description for each in preparation.outputs[1:]),
        features=preparation.feature_description,
        weights=collect_weights(model),
        random_states=collect_random_states(model),
        optimizer_state=collect_optimizer_state(model),
        seed=preparation.seed,
        hold_outs=preparation.hold_outs,
        trained_rows=preparation.trained_rows,
        history=history,
        metrics=metrics,
        versions=_collect_versions(),
        inputs=tuple(each.store() for each in preparation.fitted_inputs),
        targets=tuple(
            stored
            for each in preparation.outputs
            for stored in store_targets(
                each.output.name, each.output.settings, each.target, each.scaling
            )
        ),
    )


def _collect_versions() -> dict[str, str]:
    return {
        "galaxy-keras": __version__,
        "keras": keras.__version__,
        keras.backend.backend(): version(keras.backend.backend()),
        "python": platform.python_version(),
    }
