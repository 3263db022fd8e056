"""Model files of Galaxy-ML and weights of Keras 2, read as data and converted to ours.

`galaxy_ml.read_galaxy_ml` reads an ``.h5mlm`` of Galaxy-ML, `pairs.read_pair` an architecture with
the ``.h5`` beside it. Only `model_file` imports this room.
"""
