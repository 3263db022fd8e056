"""What can be chosen, as plain data: the one source for commands, forms, checks and docs.

Each registry lists the entries of one kind (`layers.LAYERS`, `losses.LOSSES`,
`optimizers.OPTIMIZERS`, `plots.PLOTS`, ...) and finds them by any of their names. An `Entry` has
`Parameter` objects with kind, bounds, default and help; tests compare them with Keras.

What may enter: data, on the standard library alone. No Keras, no code that checks or builds things
(that is in `schema` and `learning`), and nothing that runs code or reads files which a user names.
"""
