"""InceptionV3 to its 2048 features in PyTorch (CPU, eager, float32): the peer of ../inception.ts.

`inception.py THREADS SIDE BATCH` says one line of JSON when it is ready, then answers each line `play` with the
milliseconds of one batch, bytes to features, and ends with its input. The network is that of the benchmark of
training steps, with random weights.
"""
import json
import sys
import time
from pathlib import Path

import torch

# No compiled copies of the files over there.
sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "src/bench/peers"))

from torch_features import features  # noqa: E402


def say(**message):
    print(json.dumps(message), flush=True)


threads, side, batch = map(int, sys.argv[1:])
torch.set_num_threads(threads)
(network,), _, _ = features(side, batch)
images = torch.randint(0, 256, (batch, 3, side, side), dtype=torch.uint8)


@torch.no_grad()
def play():
    return network((images.float() - 128) / 128).mean((2, 3))


play()
say(name=f"torch {torch.__version__}")
for _ in sys.stdin:
    start = time.perf_counter()
    play()
    say(ms=(time.perf_counter() - start) * 1e3)
