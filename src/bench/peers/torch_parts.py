"""What several workloads share."""

import torch
import torch.nn as nn


def uniform(*shape):
    return torch.rand(*shape) * 2 - 1


def frozen(parameters, frozen=True):
    for p in parameters:
        p.requires_grad_(not frozen)


def from_tensorflow(weight, shape, order):
    """Says how TensorFlow.js lays out what this weight is, seen in `shape`: its axes in the order `order`."""
    weight.from_tensorflow = (shape, order)


def instance_norm(channels):
    return nn.InstanceNorm2d(channels, affine=True)


def against(loss, scores, real):
    return loss(scores, torch.ones_like(scores) if real else torch.zeros_like(scores))


def he_initialised(network):
    for module in network.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
    return network
