"""Sources of samples: one module for each kind of file, which has a class `Source`.

What may enter: whatever differs between one kind of samples and another. The rest of the package
asks the object that `registry.open_source` returns, and nobody asks for its format. The names,
help texts and options of the formats are plain data: `catalogue.sample_formats`.
"""
