"""Triton is loaded before TensorFlow, as in the programs: see `inference.training`."""

import inference.training  # noqa: F401
