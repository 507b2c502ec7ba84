"""The benchmark's workloads in PyTorch (CPU, eager, float32).

`torch_peer.py WORKLOAD THREADS` says one line of JSON when it is ready, then answers each line `play SECONDS` with the
milliseconds of every step of that round, and `end` with its peak memory. See ../contestant.ts for the other side.
`torch_peer.py WORKLOAD THREADS FILE` instead takes weights, then feeds, from a file of float32 numbers in
TensorFlow.js's layouts, and says the losses of two steps.
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
from torch_dcgan import dcgan  # noqa: E402
from torch_features import features  # noqa: E402
from torch_style import style  # noqa: E402
from torch_translation import cyclegan, pix2pix  # noqa: E402
from torch_wgan_gp import wgan_gp  # noqa: E402


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
    "dcgan-tiny": lambda: dcgan(16, 8, 4),
    "pix2pix-64": pix2pix,
    "cyclegan-64": cyclegan,
    "dann-28": dann,
    "wgan-gp-32": wgan_gp,
    "style-256": style,
    "features-299": features,
}


@torch.no_grad()
def take_numbers(networks, feeds, path):
    """Filters come as [height, width, in, out] (transposed ones with in and out exchanged), images as NHWC."""
    numbers = torch.from_file(path, size=os.path.getsize(path) // 4)

    def take(tensor, order):
        nonlocal numbers
        shape = [tensor.shape[axis] for axis in order]
        values, numbers = numbers[: tensor.numel()], numbers[tensor.numel() :]
        tensor.permute(*order).copy_(values.view(shape))

    for network in networks:
        for p in network.parameters():
            take(p, {1: (0,), 2: (1, 0), 4: (2, 3, 1, 0)}[p.dim()])
    for feed in feeds:
        take(feed, (0, 2, 3, 1))
    assert numbers.numel() == 0, f"{numbers.numel()} numbers too many in {path}"


def main(name, threads, path=None):
    torch.set_num_threads(int(threads))
    torch.manual_seed(0)
    networks, step, feeds = workloads[name]()
    if path is not None:
        take_numbers(networks, feeds, path)
        say(losses=[[value for loss in step() for value in loss.flatten().tolist()] for _ in range(2)])
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
