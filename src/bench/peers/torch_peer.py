"""The benchmark's workloads in PyTorch (CPU, eager, float32).

`torch_peer.py WORKLOAD THREADS` says one line of JSON when it is ready, then answers each line `play SECONDS` with the
milliseconds of every step of that round, and `end` with its peak memory. See ../contestant.ts for the other side.
`torch_peer.py WORKLOAD THREADS FILE` instead takes weights, then the feeds of two steps, from a file of float32 numbers in
TensorFlow.js's layouts, and says the losses of these steps.
"""
import json
import os
import resource
import sys
import time

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import flop_registry

# No compiled copies of the files beside this one.
sys.dont_write_bytecode = True

from torch_dann import dann  # noqa: E402
from torch_dcgan import dcgan, points, wgan_gp  # noqa: E402
from torch_features import features  # noqa: E402
from torch_style import style  # noqa: E402
from torch_translation import cyclegan, pix2pix  # noqa: E402


class OperationCounter(TorchDispatchMode):
    """Adds up PyTorch's own formulas: two operations for each multiplication of the direct method."""

    total = 0

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        result = func(*args, **(kwargs or {}))
        formula = flop_registry.get(func._overloadpacket)
        if formula is not None:
            self.total += formula(*args, **(kwargs or {}), out_val=result)
        return result


def counted_gflop(step):
    with OperationCounter() as counter:
        step()
    return counter.total / 1e9


def play(step, seconds):
    """Steps for about so many seconds, after one that warms the caches, three at least."""
    step()
    end, ms = time.perf_counter() + seconds, []
    while len(ms) < 3 or time.perf_counter() < end:
        start = time.perf_counter()
        step()
        ms.append((time.perf_counter() - start) * 1e3)
    return ms


def say(**message):
    print(json.dumps(message), flush=True)


workloads = {
    "dcgan-64": lambda: dcgan(64, 64, 32),
    "dcgan-32": lambda: dcgan(32, 64, 64),
    "dcgan-tiny": lambda: dcgan(16, 8, 4),
    "pix2pix-64": pix2pix,
    "cyclegan-64": cyclegan,
    "dann-28": dann,
    "wgan-gp-32": wgan_gp,
    "points": points,
    "style-256": style,
    "features-299": features,
}


class Numbers:
    """Takes tensors out of a file, one after the other."""

    def __init__(self, path):
        self.left = torch.from_file(path, size=os.path.getsize(path) // 4)

    @torch.no_grad()
    def into(self, tensor, order):
        shape = [tensor.shape[axis] for axis in order]
        values, self.left = self.left[: tensor.numel()], self.left[tensor.numel() :]
        tensor.permute(*order).copy_(values.view(shape))


def losses_of(networks, step, feeds, path):
    """Filters come as [height, width, in, out] (transposed ones with in and out exchanged), images as NHWC."""
    numbers = Numbers(path)
    for network in networks:
        for p in network.parameters():
            shape, order = getattr(p, "from_tensorflow", (p.shape, {1: (0,), 2: (1, 0), 4: (2, 3, 1, 0)}[p.dim()]))
            numbers.into(p.data.view(shape), order)
    losses = []
    for _ in range(2):
        for feed in feeds:
            numbers.into(feed, {2: (0, 1), 4: (0, 2, 3, 1)}[feed.dim()])
        losses.append([loss.item() for loss in step()])
    assert numbers.left.numel() == 0, f"{numbers.left.numel()} numbers too many in {path}"
    return losses


def main(name, threads, path=None):
    torch.set_num_threads(int(threads))
    torch.manual_seed(0)
    networks, step, feeds = workloads[name]()
    if path is not None:
        say(losses=losses_of(networks, step, feeds, path))
        return
    parameters = sum(p.numel() for network in networks for p in network.parameters())
    for _ in range(2):
        step()
    say(torch=torch.__version__, parameters=parameters, gflopPerStep=counted_gflop(step))
    for line in sys.stdin:
        command, *seconds = line.split()
        if command != "play":
            break
        say(ms=play(step, float(seconds[0])))
    # Kibibytes on Linux, bytes on macOS.
    unit = 2**20 if sys.platform == "darwin" else 2**10
    say(rssMb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit)


main(*sys.argv[1:])
