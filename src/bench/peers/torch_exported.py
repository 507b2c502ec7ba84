"""A trial that was exported for a port; see ../learning/exportTrial.ts."""

import json
import math
import os

import torch


class Options:
    """Options of a plug-in. Each must be taken: what a port does not know it refuses."""

    def __init__(self, values, path):
        self.left, self.path = dict(values), path

    def take(self, name, otherwise=None, known=None):
        value = self.left.pop(name, otherwise)
        if known is not None and value not in known:
            raise SystemExit(f"Expected {self.path}.{name} out of {known}, which this port plays, but got {value!r}.")
        return value

    def part(self, name):
        """The options of a part, and its name; None where it is left out."""
        given = self.left.pop(name, None)
        return None if given is None else Options(given, f"{self.path}.{name}")

    def parts(self, name):
        return [Options(given, f"{self.path}.{name}.{at}") for at, given in enumerate(self.left.pop(name))]

    def done(self):
        if self.left:
            raise SystemExit(f"Expected {self.path} to have options that this port plays, but got {self.left}.")


class Exported:
    """Arrays are read where they are needed: a file is mapped, not loaded."""

    def __init__(self, folder):
        self.folder = folder
        with open(os.path.join(folder, "about.json"), encoding="utf8") as file:
            about = json.load(file)
        self.seed, self.steps, self.batch = about["seed"], about["steps"], about["batch"]
        self.method, self.arrays = Options(about["method"], "method"), about["arrays"]

    def array(self, name):
        about = self.arrays[name]
        path, dtype = os.path.join(self.folder, about["file"]), getattr(torch, about["dtype"])
        return torch.from_file(path, size=math.prod(about["shape"]), dtype=dtype).view(about["shape"])

    def batches(self, *names):
        """A function from a step to its batch: fields by name, images as NCHW, classes as int64."""
        orders = {n.split("/")[1]: self.array(n).long() for n in self.arrays if n.startswith("order/")}
        fields = {name: self.array(f"train/{name}") for name in names}

        def batch(step):
            def rows(name):
                stream = name.split(".")[0] if "." in name else ""
                return fields[name][orders[stream][step]]

            return {name: first_channels(rows(name)) for name in fields}

        return batch

    def tests(self, name, most):
        """The test images of a name, NCHW, so many at a time."""
        for images in self.array(f"test/{name}").split(most):
            yield first_channels(images)

    @torch.no_grad()
    def load(self, player, layers):
        """
        Sets the weights of a player's layers, by the names that they have in ours: kernels come as [height, width, in, out]
        (transposed ones with in and out exchanged) or [in, out]. All must be there, and nothing else.
        """
        own = {"kernel": "weight", "gamma": "weight", "beta": "bias", "movingMean": "running_mean", "movingVariance": "running_var"}
        left = {n.removeprefix(f"weights/{player}/") for n in self.arrays if n.startswith(f"weights/{player}/")}
        for name, layer in layers.items():
            for variable in sorted(n for n in left if n.rsplit("/", 1)[0] == name):
                values = self.array(f"weights/{player}/{variable}")
                order = {1: (0,), 2: (1, 0), 4: (3, 2, 0, 1)}[values.dim()]
                word = variable.rsplit("/", 1)[1]
                getattr(layer, own.get(word, word)).copy_(values.permute(order))
                left.discard(variable)
        if left:
            raise SystemExit(f"Expected {player} to have no weights but those of {sorted(layers)}, but got {sorted(left)} too.")


def first_channels(values):
    """From NHWC to NCHW; what is no image as int64 classes."""
    return values.permute(0, 3, 1, 2).contiguous() if values.dim() == 4 else values.long()


def optimiser_of(options, parameters):
    """An optimiser, its rate, and the schedule of its rate as a function of the share of the stage that is over."""
    use, rate = options.take("use", known=("adam", "sgd")), options.take("rate")
    decay = options.take("weightDecay", 0)
    schedule = options.part("schedule")
    if use == "adam":
        betas = options.take("beta1"), options.take("beta2")
        made = torch.optim.Adam(parameters, rate, betas, options.take("epsilon"), decay, options.take("amsgrad", False))
    else:
        momentum, dampening = options.take("momentum", 0), options.take("dampening", 0)
        made = torch.optim.SGD(parameters, rate, momentum, dampening, decay, options.take("nesterov", False))
    options.done()
    return made, rate, schedule_of(schedule)


def schedule_of(options):
    if options is None:
        return lambda progress: 1
    options.take("use", known=("linearDecay",))
    start = options.take("from", 0.5)
    options.done()
    return lambda progress: 1 if progress < start else (1 - progress) / (1 - start)


def set_rate(optimiser, rate):
    for group in optimiser.param_groups:
        group["lr"] = rate
