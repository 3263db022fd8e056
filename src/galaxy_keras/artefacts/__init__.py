"""File formats: what is read from files and written to them, without Keras.

Files are read as data, audited whole, then decoded; outputs are written atomically (`files`). What
comes in and goes out are plain arrays (`arrays`) and the objects of `galaxy_keras.schema`. The
rooms, each of which may import those before it:

``hdf5``
    Audited reading of HDF5 files, and writing them.
``architecture``
    Specs and model JSON, of Keras 3 and 2.
``tables``
    Tab-separated tables and other formats of samples.
``genome``
    Reference sequences, intervals, signals along a genome, and variants.
``models``
    Our own model files: builders, fitted models, checkpoints, signatures.
``legacy``
    Model files of Galaxy-ML and Keras 2.

`model_file.read_model` reads any file that holds a model.
"""
