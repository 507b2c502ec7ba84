"""The workload of style.ts."""

import torch
import torch.nn as nn
import torch.nn.functional as F

from torch_parts import frozen, he_initialised, uniform


class Fire(nn.Module):
    def __init__(self, inputs, squeezed, expanded):
        super().__init__()
        self.squeeze = nn.Sequential(nn.Conv2d(inputs, squeezed, 1), nn.ReLU(True))
        self.narrow = nn.Sequential(nn.Conv2d(squeezed, expanded, 1), nn.ReLU(True))
        self.wide = nn.Sequential(nn.Conv2d(squeezed, expanded, 3, padding=1), nn.ReLU(True))

    def forward(self, x):
        x = self.squeeze(x)
        return torch.cat([self.narrow(x), self.wide(x)], 1)


def gram(x):
    rows = x.flatten(2).squeeze(0)
    return rows @ rows.T / rows.shape[1]


def style(side=256):
    def shrink():
        return nn.MaxPool2d(3, 2, ceil_mode=True)

    # Cut where ours have taps, `relu1` to `relu7`.
    stages = nn.ModuleList([
        nn.Sequential(nn.Conv2d(3, 64, 3, 2), nn.ReLU(True)),
        nn.Sequential(shrink(), Fire(64, 16, 64), Fire(128, 16, 64)),
        nn.Sequential(shrink(), Fire(128, 32, 128), Fire(256, 32, 128)),
        nn.Sequential(shrink(), Fire(256, 48, 192)),
        Fire(384, 48, 192), Fire(384, 64, 256), Fire(512, 64, 256),
    ])  # fmt: skip
    he_initialised(stages)
    frozen(stages.parameters())
    image = uniform(1, 3, side, side).requires_grad_()
    adam = torch.optim.Adam([image], 0.02)

    def values(x):
        found = []
        for stage in stages:
            x = stage(x)
            found.append(x)
        return found

    with torch.no_grad():
        grams = [gram(x) for x in values(uniform(1, 3, side, side))]
        content = values(uniform(1, 3, side, side))[2]

    def step():
        adam.zero_grad()
        found = values(image)
        loss = F.mse_loss(found[2], content)
        for x, target in zip(found, grams):
            loss = loss + F.mse_loss(gram(x), target)
        loss.backward()
        adam.step()
        return (loss,)

    return [stages], step, []
