"""The workload of dann.ts."""

import torch
import torch.nn as nn
import torch.nn.functional as F

from torch_parts import uniform


class Reversal(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x.view_as(x)

    @staticmethod
    def backward(ctx, dy):
        return dy * -0.5


def dann(batch=128):
    features = nn.Sequential(
        nn.Conv2d(1, 32, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(32, 48, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
    )  # fmt: skip
    labels, domains = (nn.Sequential(nn.Linear(7 * 7 * 48, 100), nn.ReLU(), nn.Linear(100, k)) for k in (10, 2))
    networks = [features, labels, domains]
    adam = torch.optim.Adam([p for network in networks for p in network.parameters()], 1e-3)
    half = batch // 2
    images, wanted = uniform(batch, 1, 28, 28), torch.arange(half) % 10
    places = torch.cat([torch.zeros(half), torch.ones(half)]).long()

    def step():
        adam.zero_grad()
        found = features(images)
        labelled, placed = labels(found[:half]), domains(Reversal.apply(found))
        loss = F.cross_entropy(labelled, wanted) + F.cross_entropy(placed, places)
        loss.backward()
        adam.step()
        return (loss,)

    return networks, step, [images]
