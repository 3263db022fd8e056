"""Model files of this package: builders, fitted models, checkpoints and their signatures.

`builder_file.write_model_builder`, `fitted.write_fitted` and `checkpoint.write_checkpoint` write,
`model_file.read_model` (in the folder above) and `checkpoint.read_checkpoint` read. Each format
has its layout and the procedure for raising its version in the docstring of its module.
"""
