"""The workload of features.ts."""

import torch
import torch.nn as nn

from torch_parts import he_initialised, uniform


class Unit(nn.Sequential):
    def __init__(self, inputs, outputs, kernel, stride=1, padding=0):
        convolution = nn.Conv2d(inputs, outputs, kernel, stride, padding, bias=False)
        super().__init__(convolution, nn.BatchNorm2d(outputs, eps=1e-3), nn.ReLU(True))
        self.outputs = outputs


class Branches(nn.Module):
    """Chains side by side, each a list of functions from input channels to a layer that knows its `outputs`."""

    def __init__(self, inputs, *chains):
        super().__init__()
        self.chains, self.outputs = nn.ModuleList(), 0
        for chain in chains:
            layers = chained(inputs, chain)
            self.chains.append(layers)
            self.outputs += layers.outputs

    def forward(self, x):
        return torch.cat([chain(x) for chain in self.chains], 1)


def chained(inputs, parts):
    layers = []
    for part in parts:
        layers.append(part(inputs))
        inputs = getattr(layers[-1], "outputs", inputs)
    network = nn.Sequential(*layers)
    network.outputs = inputs
    return network


def features(side=299, batch=32):
    def unit(outputs, kernel, **options):
        return lambda inputs: Unit(inputs, outputs, kernel, **options)

    def branches(*chains):
        return lambda inputs: Branches(inputs, *chains)

    def shrink(_):
        return nn.MaxPool2d(3, 2)

    def average(_):
        return nn.AvgPool2d(3, 1, 1, count_include_pad=False)

    def maximum(_):
        return nn.MaxPool2d(3, 1, 1)

    def row(outputs):
        return unit(outputs, (1, 7), padding=(0, 3))

    def column(outputs):
        return unit(outputs, (7, 1), padding=(3, 0))

    def split():
        return branches([unit(384, (1, 3), padding=(0, 1))], [unit(384, (3, 1), padding=(1, 0))])

    parts = [unit(32, 3, stride=2), unit(32, 3), unit(64, 3, padding=1), shrink, unit(80, 1), unit(192, 3), shrink]
    for pooled in (32, 64, 64):
        parts.append(branches(
            [unit(64, 1)],
            [unit(48, 1), unit(64, 5, padding=2)],
            [unit(64, 1), unit(96, 3, padding=1), unit(96, 3, padding=1)],
            [average, unit(pooled, 1)],
        ))  # fmt: skip
    parts.append(branches(
        [unit(384, 3, stride=2)], [unit(64, 1), unit(96, 3, padding=1), unit(96, 3, stride=2)], [shrink],
    ))  # fmt: skip
    for inner in (128, 160, 160, 192):
        parts.append(branches(
            [unit(192, 1)],
            [unit(inner, 1), row(inner), column(192)],
            [unit(inner, 1), column(inner), row(inner), column(inner), row(192)],
            [average, unit(192, 1)],
        ))  # fmt: skip
    parts.append(branches(
        [unit(192, 1), unit(320, 3, stride=2)],
        [unit(192, 1), row(192), column(192), unit(192, 3, stride=2)],
        [shrink],
    ))  # fmt: skip
    for pool in (average, maximum):
        parts.append(branches(
            [unit(320, 1)],
            [unit(384, 1), split()],
            [unit(448, 1), unit(384, 3, padding=1), split()],
            [pool, unit(192, 1)],
        ))  # fmt: skip
    network = he_initialised(chained(3, parts)).eval()
    images = uniform(batch, 3, side, side)

    def step():
        with torch.no_grad():
            return (network(images).mean((2, 3)),)

    return [network], step, [images]
