"""Files of older tools and of Keras 2, read as data."""
