"""The workload of dann.ts."""

import torch
import torch.nn as nn
import torch.nn.functional as F

from torch_parts import uniform


class Reversal(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, factor):
        ctx.factor = factor
        return x.view_as(x)

    @staticmethod
    def backward(ctx, dy):
        return dy * -ctx.factor, None


def dense(*sizes, dropout=0):
    layers = [nn.Linear(sizes[0], sizes[1])]
    for inputs, outputs in zip(sizes[1:], sizes[2:]):
        layers += [nn.ReLU(), *([nn.Dropout(dropout)] if dropout else []), nn.Linear(inputs, outputs)]
    return nn.Sequential(*layers)


def dann(batch=64):
    """Of the domain losses the mean, the source counting as real; each domain passes by itself."""
    features = nn.Sequential(
        nn.Conv2d(1, 32, 5), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(32, 48, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
    )  # fmt: skip
    classes, domain = dense(4 * 4 * 48, 100, 100, 10), dense(4 * 4 * 48, 100, 1)
    networks = [features, classes, domain]
    adam = torch.optim.Adam([p for network in networks for p in network.parameters()], 1e-3)
    source, target = uniform(batch, 1, 28, 28), uniform(batch, 1, 28, 28)
    labels = torch.arange(batch) % 10
    bce = F.binary_cross_entropy_with_logits

    def step():
        adam.zero_grad()
        seen, other = features(source), features(target)
        real, fake = domain(Reversal.apply(seen, 0.5)), domain(Reversal.apply(other, 0.5))
        task = F.cross_entropy(classes(seen), labels)
        apart = 0.5 * (bce(real, torch.ones_like(real)) + bce(fake, torch.zeros_like(fake)))
        loss = task + apart
        loss.backward()
        adam.step()
        return task, apart

    return networks, step, [source, target]
