"""Training settings, what they ask of a network, and hyperparameters.

`settings.TrainingSettings` is what a model builder holds besides the architecture.
`compatibility.check_compatibility` compares it with an architecture; `metric_compatibility`,
`monitors` and `output_layer` are its parts. `hyperparameters.list_hyperparameters` and
`set_hyperparameters` serve ``--set``. `targets.TargetDescription` and `features.FeatureDescription`
are stored in a fitted model; `scorers.check_scorers` compares scorers with a target.

The fields of `TrainingSettings`, `TargetDescription` and `FeatureDescription` are JSON in files. A
new field needs a default, because older files lack it; raise the version as described in
`galaxy_keras.artefacts.models.builder` and `fitted` if older releases must not ignore it.
"""
