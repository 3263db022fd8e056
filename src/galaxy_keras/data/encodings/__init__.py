"""Encodings: one module for each way in which raw samples become what a network takes.

`registry.fit_encoding` fits one on the training rows, `registry.restore_encoding` brings back what
a fitted model holds; both return an `encoding.Encoding`, which turns raw columns into arrays. The
names, options and help texts are plain data: `catalogue.encodings`.

What may enter: what differs between one encoding and another. No file is opened here: rows and
columns arrive as `encoding.RawColumns`, and so does what reads a picture
(`artefacts.pictures.PictureFiles.read`).
"""
