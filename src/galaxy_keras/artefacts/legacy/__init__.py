"""Model files of Galaxy-ML and of Keras, read as data and converted to ours.

`galaxy_ml.read_galaxy_ml` reads an ``.h5mlm`` of Galaxy-ML, `whole_models` what `Model.save` wrote
(``.keras``, ``.h5``), `pairs.read_pair` an architecture with the weights beside it. Only
`model_file` imports this room.
"""
