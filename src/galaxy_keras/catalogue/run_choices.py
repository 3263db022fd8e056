"""The values of options of a run; click, requests and forms take them by `typing.get_args`."""

from __future__ import annotations

from typing import Literal

DeviceChoice = Literal["auto", "cpu", "gpu"]
DeviceCount = Literal["1", "all"]
SplitMethod = Literal["none", "last", "simple", "stratified", "group", "unique", "chromosome"]
SplitScheme = Literal["train-val", "train-val-test"]
PredictionMethod = Literal[
    "predict", "predict_proba", "decision_function", "encode", "generate", "variant-effect"
]
PartHeader = Literal["first", "each"]
ExportFormat = Literal["keras", "saved-model", "onnx", "weights"]
Calibration = Literal["temperature"]
