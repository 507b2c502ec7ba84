"""SSIM in PyTorch as torchmetrics computes it (CPU, float32): the peer of ../ssim.ts.

`ssim.py THREADS IMAGES CHANNELS HEIGHT WIDTH` says one line of JSON when it is ready, then answers each line `play`
with the milliseconds of one batch, and ends with its input. One grouped 11x11 convolution runs over the five maps x, y,
x^2, y^2, xy of the reflect-padded images.
"""
import json
import sys
import time

import torch
import torch.nn.functional as F


def say(**message):
    print(json.dumps(message), flush=True)


threads, images, channels, height, width = map(int, sys.argv[1:])
torch.set_num_threads(threads)
offsets = torch.arange(-5, 6, dtype=torch.float32)
line = torch.exp(-(offsets**2) / (2 * 1.5**2))
line /= line.sum()
kernel = torch.outer(line, line).expand(channels, 1, 11, 11)
a, b = (torch.rand(images, channels, height, width) for _ in range(2))


@torch.no_grad()
def play():
    x, y = (F.pad(image, (5, 5, 5, 5), mode="reflect") for image in (a, b))
    maps = F.conv2d(torch.cat((x, y, x * x, y * y, x * y)), kernel, groups=channels)
    mx, my, xx, yy, xy = maps.split(images)
    variances = (xx - mx**2).clamp(min=0) + (yy - my**2).clamp(min=0)
    covariance = xy - mx * my
    luminance = (2 * mx * my + 0.01**2) / (mx**2 + my**2 + 0.01**2)
    return (luminance * (2 * covariance + 0.03**2) / (variances + 0.03**2)).mean((1, 2, 3))


play()
say(name=f"torch {torch.__version__}")
for _ in sys.stdin:
    start = time.perf_counter()
    play()
    say(ms=(time.perf_counter() - start) * 1e3)
