"""Validated requests and contents of files, on pydantic and the catalogue alone.

What users write (options, specs, forms, files) becomes frozen objects here, checked as a whole: a
`ConfigurationError` or `DataError` names all problems. Nothing is read from files. The rooms, each
of which may import those before it:

``values``
    The literal grammar, and options checked against the catalogue.
``architecture``
    Networks as graphs of layers: specs, shapes, memory, precision.
``training``
    Training settings, their compatibility with a network, hyperparameters.
``requests``
    What a command is asked to do.
"""
