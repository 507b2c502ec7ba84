"""
Recipes in PyTorch (CPU, eager, float32, one thread): `torch_recipe.py PORT FOLDER` plays the trial that was exported to a folder from its own
weights, on its own batches, and writes there `answers.bin`, float32, to all test images in their order, and `played.json`: PyTorch's
version, seconds of training, the losses of the first steps where no dropout is in them, whose masks are its own, and in which step
a loss became non-finite, if one did.
"""
import json
import math
import os
import sys
import time

import torch

# No compiled copies of the files beside this one.
sys.dont_write_bytecode = True

from torch_domains import domains  # noqa: E402
from torch_exported import Exported  # noqa: E402
from torch_pix2pix import pix2pix  # noqa: E402

ports = {"pix2pix": pix2pix, "domains": domains}
# So many steps are compared: float32 parts company later on.
compared = 10


def main(port, folder):
    torch.set_num_threads(1)
    trial = Exported(folder)
    torch.manual_seed(trial.seed)
    step, answers, dropped = ports[port](trial)
    begun, losses, diverged = time.perf_counter(), [], None
    for at in range(trial.steps):
        found = {name: value.item() for name, value in step(at).items()}
        if at < compared and not dropped:
            losses.append(found)
        if not all(math.isfinite(value) for value in found.values()):
            diverged = at
            break
    played = {"torch": torch.__version__, "seconds": time.perf_counter() - begun, "losses": losses, "diverged": diverged}
    with torch.no_grad(), open(os.path.join(folder, "answers.bin"), "wb") as file:
        for answered in answers() if diverged is None else ():
            file.write(answered.contiguous().numpy().tobytes())
    with open(os.path.join(folder, "played.json"), "w", encoding="utf8") as file:
        # Python would write NaN, which is no JSON.
        json.dump(played if diverged is None else played | {"losses": []}, file)


main(*sys.argv[1:])
