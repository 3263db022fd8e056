"""All that happens before TensorFlow is imported; every error in data comes from here.

What may enter: reading, checking and estimating what a run needs, on numpy. Its doors are
`training.prepare_training`, `prediction.prepare_prediction` and `importances.prepare_importances`,
which return what `learning` takes, `overview.describe_preparation` (the text of --check) and
`fingerprint.compute_fingerprint`.
"""
