"""How the emotion network is made and judged. Nothing at run time imports it."""

from contextlib import suppress
from importlib import import_module

# Loaded after TensorFlow, Triton ends the process (3.7 and 2.21); PyTorch's optimisers load it.
with suppress(ImportError):
    import_module("triton")
