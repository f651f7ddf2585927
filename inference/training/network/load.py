"""Networks from their files: a run's float weights, or a published int8 file made float again."""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import torch
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray
from torch import Tensor, nn

from inference.quantised import read_model
from inference.quiet import quiet_stderr
from inference.training.network.network import INPUT_DIVISOR, Architecture, EmotionNetwork

PUBLISHED = ".tflite"
# Pictures whose activations stand for all when batch statistics are taken anew.
N_SETTLING = 2048
# Batch norm undoes the size of a filter, but the smaller it is the faster it turns: this is how
# large PyTorch makes one by chance, the root of a third.
FILTER_NORM = 3**-0.5

Folded = tuple[Tensor, Tensor]


def load_network(path: Path) -> tuple[EmotionNetwork, dict[str, Any]]:
    """Return a network in evaluation mode and the recipe that made it.

    Args:
        path: `network.pt` of a finished run, `checkpoint.pt` of a run in progress (its averaged
            weights), or a published `.tflite` with its JSON file beside it. Of the last, weights
            are as exact as int8 leaves them, and batch norm only adds: see `settle`.

    Raises:
        ModelError: A published file is missing, damaged, or not its JSON file's.
        ValueError: It holds weights of another shape than its recipe says.
    """
    if path.suffix == PUBLISHED:
        return _published(path)
    state = torch.load(path, map_location="cpu", weights_only=True)
    network = EmotionNetwork(Architecture(**state["recipe"]["architecture"]))
    network.load_state_dict(state["average"] if "average" in state else state["network"])
    return network.eval(), state["recipe"]


@torch.no_grad()
def settle(network: EmotionNetwork, pictures: NDArray[np.uint8]) -> None:
    """Give a network that was published batch statistics to be trained with; it says the same.

    The export folds batch norm into the filters before it. Here each filter gets the size of one
    made by chance, and batch norm the statistics of some pictures and what gives the old sums.

    Args:
        network: In evaluation mode, its batch norm as `load_network` leaves it.
        pictures: (n, 48, 48), gray levels.
    """
    sums: dict[nn.Module, Tensor] = {}
    layers = list(_layers(network))
    hooks = [
        layer[0].register_forward_hook(lambda module, _, out: sums.update({module: out}))
        for layer in layers
    ]
    chosen = pictures[:: max(1, len(pictures) // N_SETTLING)]
    network(torch.from_numpy(chosen)[:, None].float())
    for hook in hooks:
        hook.remove()
    for convolution, norm in layers:
        variance, mean = torch.var_mean(sums[convolution], dim=(0, 2, 3), correction=0)
        size = FILTER_NORM / convolution.weight.flatten(1).norm(dim=1)
        convolution.weight.mul_(size[:, None, None, None])
        norm.running_mean.copy_(mean * size)
        norm.running_var.copy_(variance * size.square())
        norm.weight.copy_((norm.running_var + norm.eps).sqrt() / size)
        norm.bias.add_(mean)


def _published(path: Path) -> tuple[EmotionNetwork, dict[str, Any]]:
    description, content = read_model(path.parent, path.stem)
    recipe = description["training"]["recipe"]
    network = EmotionNetwork(Architecture(**recipe["architecture"]))
    filters, dense = _weights(content)
    wide, narrow = ([f for f in filters if (f[0].shape[-1] == 1) == one] for one in (False, True))
    try:
        for layer, (weight, bias) in zip(_layers(network), chain(wide, narrow), strict=True):
            layer[0].load_state_dict({"weight": weight})
            layer[1].bias.data.copy_(bias)
            layer[1].running_var.fill_(1 - layer[1].eps)
        network.stem[0].weight.data.mul_(INPUT_DIVISOR)
        heads = sorted((network.original, network.ferplus), key=lambda head: head.out_features)
        ordered = sorted(dense, key=lambda pair: len(pair[1]))
        for head, (weight, bias) in zip(heads, ordered, strict=True):
            head.load_state_dict({"weight": weight, "bias": bias})
    except (RuntimeError, ValueError) as error:
        raise ValueError(f"expected the weights of {recipe['architecture']} in {path}") from error
    return network.eval(), recipe


def _layers(network: EmotionNetwork) -> Iterator[Any]:  # nn.Sequential of two: no types
    """Yield convolution and batch norm of the stem and of all blocks, then of the shortcuts."""
    yield network.stem
    yield from chain.from_iterable((block.first, block.second) for block in network.blocks)
    yield from (block.shortcut for block in network.blocks if block.shortcut is not None)


def _weights(content: bytes) -> tuple[list[Folded], list[Folded]]:
    """Return weights and biases, in PyTorch's layout, of the convolutions and of the dense layers.

    The converter numbers constants from the last layer to the first, each bias before its weights.
    """
    with quiet_stderr():
        interpreter = Interpreter(model_content=content)
        interpreter.allocate_tensors()
    constants = [
        torch.from_numpy(interpreter.get_tensor(detail["index"])).double()
        * torch.from_numpy(scales).double().reshape(-1, *[1] * (len(detail["shape"]) - 1))
        for detail in interpreter.get_tensor_details()
        if len(scales := detail["quantization_parameters"]["scales"]) > 1  # one per channel
    ]
    pairs = list(zip(constants[1::2], constants[::2], strict=True))[::-1]
    filters = [(weight.permute(0, 3, 1, 2), bias) for weight, bias in pairs if weight.ndim == 4]
    return filters, [pair for pair in pairs if pair[0].ndim == 2]
