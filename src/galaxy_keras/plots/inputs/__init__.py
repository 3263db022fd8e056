"""Reading of the tables that plots are drawn from, without matplotlib.

`sources` reads columns, `classes` puts classes in order and names them, and `scores` pairs true
classes with scores. Labels are encoded in `galaxy_keras.data.labels`.
"""
