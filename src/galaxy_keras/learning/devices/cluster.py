"""Training by several processes, on one machine or more, with Keras on JAX.

Every process builds the same model and iterates over the same batches. Inside the network each
device computes its shard of the rows, and JAX reduces what depends on all of them: gradients,
metrics and the statistics of a batch. So the results are those of one process up to rounding,
whatever the number of rows in a batch.
"""

from __future__ import annotations

import atexit
import contextlib
import logging
import math
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import jax
import keras
import numpy as np
import tensorflow as tf
from jax.experimental import multihost_utils
from numpy.typing import NDArray

from galaxy_keras.catalogue.run_choices import DeviceChoice
from galaxy_keras.data.features import Arrays
from galaxy_keras.errors import ConfigurationError, TrainingError
from galaxy_keras.learning.batches import gather_inputs, iterate_batches, make_dataset
from galaxy_keras.learning.devices.backend import suppressing_native_output
from galaxy_keras.learning.devices.devices import DeviceKind
from galaxy_keras.learning.evaluation import Evaluation, Turn, join_batches, list_arrays
from galaxy_keras.schema.requests.cluster import Cluster

# Short: the processes are synchronized before JAX starts and finish together.
_TIMEOUT_SECONDS = 60
_DISCONNECT_MARKERS = ("Gloo", "NCCL", "heartbeat", "UNAVAILABLE", "coordination service")

logger = logging.getLogger(__name__)


class RowSharding(keras.distribution.DataParallel):  # type: ignore[misc]
    """Shards the rows of a batch over the devices; every process has all of them."""

    def get_data_layout(self, data_shape: tuple[int, ...]) -> Any:
        """Replicate the batch on every device; this costs no more than to read it."""
        return keras.distribution.TensorLayout([None] * len(data_shape), self.device_mesh)

    def get_tensor_layout(self, path: str) -> Any:
        """Return how the output of a layer of a model (`model/layer/output`) is sharded: by rows.

        None for other tensors: `keras.distribution.DataParallel` has none for any. What happens
        inside a layer follows from its inputs and outputs.
        """
        if path.count("/") != 2:
            return None
        rows = jax.sharding.PartitionSpec(self.batch_dim_name)
        return jax.sharding.NamedSharding(self.device_mesh.backend_mesh, rows)

    @property
    def replicated(self) -> jax.sharding.NamedSharding:
        """The sharding of what is replicated on every device."""
        mesh = self.device_mesh.backend_mesh
        return jax.sharding.NamedSharding(mesh, jax.sharding.PartitionSpec())


@dataclass(frozen=True)
class ClusterDevices:
    """The devices of all processes of a cluster; see `distribution.Distribution`."""

    kind: DeviceKind
    sharding: RowSharding
    replicas: int = 1

    def scope(self) -> contextlib.AbstractContextManager[Any]:
        """Return a context of no effect: the distribution of Keras is global."""
        return contextlib.nullcontext()

    @contextlib.contextmanager
    def translating_errors(self) -> Iterator[None]:
        """Translate the errors that JAX raises, and leave the cluster at the end."""
        try:
            yield
        except (jax.errors.JaxRuntimeError, ValueError) as error:
            if "RESOURCE_EXHAUSTED" in str(error):
                raise MemoryError from error
            if not any(marker in str(error) for marker in _DISCONNECT_MARKERS):
                raise
            atexit.register(_exit_immediately, TrainingError.exit_code)
            raise TrainingError(
                "another process of the cluster stopped early or can no longer be reached. "
                "Check its log, and restart all processes"
            ) from error
        jax.distributed.shutdown()

    def evaluate(
        self,
        model: keras.Model,
        inputs: Arrays,
        targets: Arrays,
        rows: NDArray[np.intp],
        *,
        batch_size: int,
        turn: Turn | None = None,
    ) -> Evaluation:
        """Evaluate the model with all processes, each of which gets all results.

        Parameters and result are those of `evaluation.evaluate_model`, but for `turn`, which the
        preparation refuses for a cluster.
        """
        if turn is not None:
            raise TypeError("processes of a cluster do not average strands")
        batches = math.ceil(len(rows) / batch_size)
        dataset = make_dataset(inputs, targets, lambda: iterate_batches(rows, batch_size), batches)
        metrics = model.evaluate(dataset, return_dict=True, verbose=0)
        forward = jax.jit(_make_forward(model), out_shardings=self.sharding.replicated)
        state = [
            [variable.value for variable in variables]
            for variables in (model.trainable_variables, model.non_trainable_variables)
        ]
        outputs = [
            [
                np.asarray(each)
                for each in list_arrays(forward(*state, list(gather_inputs(inputs, batch_rows))))
            ]
            for batch_rows in iterate_batches(rows, batch_size)
        ]
        values = {name: float(value) for name, value in metrics.items()}
        return Evaluation(join_batches(outputs), values)


def join_cluster(cluster: Cluster, device: DeviceChoice) -> ClusterDevices:
    """Connect this process with the others; must come after `rendezvous.synchronize_processes`.

    Parameters
    ----------
    cluster
        The processes.
    device
        What computes; `auto` leaves it to JAX.

    Raises
    ------
    ConfigurationError
        If a GPU is asked for and JAX detects none.
    """
    # TensorFlow only passes the batches.
    tf.config.set_visible_devices([], "GPU")
    if device == "cpu":
        jax.config.update("jax_platforms", "cpu")
    # A proxy is for the web; gRPC, with which JAX connects, would go through it too.
    os.environ["no_grpc_proxy"] = cluster.host  # noqa: SIM112 - gRPC reads this name only
    with suppressing_native_output():
        jax.distributed.initialize(
            cluster.coordinator_address,
            cluster.num_processes,
            cluster.process_id,
            initialization_timeout=_TIMEOUT_SECONDS,
            shutdown_timeout_seconds=_TIMEOUT_SECONDS,
        )
        sharding = RowSharding(auto_shard_dataset=False)
        multihost_utils.sync_global_devices("joined")
    kind: DeviceKind = "cpu" if jax.default_backend() == "cpu" else "gpu"
    if device == "gpu" and kind == "cpu":
        raise ConfigurationError(
            "--device gpu was asked for, but JAX detects no GPU. Check the driver with nvidia-smi "
            "and that jax[cuda12] is installed, or use --device auto"
        )
    keras.distribution.set_distribution(sharding)
    logger.info(
        "%d processes with %d devices (%s) split each batch.",
        cluster.num_processes,
        jax.device_count(),
        kind.upper(),
    )
    return ClusterDevices(kind, sharding)


def _make_forward(model: keras.Model) -> Any:
    def compute(trainable: list[Any], non_trainable: list[Any], inputs: list[Any]) -> Any:
        batch = inputs[0] if len(inputs) == 1 else inputs
        return model.stateless_call(trainable, non_trainable, batch, training=False)[0]

    return compute


def _exit_immediately(code: int) -> None:
    """End the process without JAX, which would wait for the one that is lost."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
