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
import torch.nn as nn
import torch.nn.functional as F
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import flop_registry

bce = F.binary_cross_entropy_with_logits


def uniform(*shape):
    return torch.rand(*shape) * 2 - 1


def frozen(parameters, frozen=True):
    for p in parameters:
        p.requires_grad_(not frozen)


# DCGAN


def dcgan_generator(code_size, width, doublings):
    channels = width * 2**doublings
    layers = [nn.ConvTranspose2d(code_size, channels, 4, 1, 0, bias=False), nn.BatchNorm2d(channels), nn.ReLU(True)]
    for _ in range(doublings):
        layers += [nn.ConvTranspose2d(channels, channels // 2, 4, 2, 1, bias=False)]
        channels //= 2
        layers += [nn.BatchNorm2d(channels), nn.ReLU(True)]
    return nn.Sequential(*layers, nn.ConvTranspose2d(channels, 3, 4, 2, 1, bias=False), nn.Tanh())


def dcgan_discriminator(width, doublings, norm=nn.BatchNorm2d):
    layers, channels = [nn.Conv2d(3, width, 4, 2, 1, bias=False), nn.LeakyReLU(0.2, True)], width
    for _ in range(doublings):
        layers += [nn.Conv2d(channels, channels * 2, 4, 2, 1, bias=False)]
        channels *= 2
        layers += [norm(channels), nn.LeakyReLU(0.2, True)]
    return nn.Sequential(*layers, nn.Conv2d(channels, 1, 4, 1, 0, bias=False), nn.Flatten())


def dcgan(side, width, batch, code_size=100):
    doublings = side.bit_length() - 4
    generator = dcgan_generator(code_size, width, doublings)
    discriminator = dcgan_discriminator(width, doublings)
    adam_g = torch.optim.Adam(generator.parameters(), 2e-4, (0.5, 0.999))
    adam_d = torch.optim.Adam(discriminator.parameters(), 2e-4, (0.5, 0.999))
    real, codes = uniform(batch, 3, side, side), torch.randn(batch, code_size, 1, 1)
    ones, zeros = torch.ones(batch, 1), torch.zeros(batch, 1)

    def step():
        adam_d.zero_grad()
        fake = generator(codes)
        judged = bce(discriminator(real), ones) + bce(discriminator(fake.detach()), zeros)
        judged.backward()
        adam_d.step()
        adam_g.zero_grad()
        frozen(discriminator.parameters())
        made = bce(discriminator(fake), ones)
        made.backward()
        adam_g.step()
        frozen(discriminator.parameters(), False)
        return judged, made

    return [generator, discriminator], step, [real, codes]


# DANN


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


# pix2pix and CycleGAN


def instance_norm(channels):
    return nn.InstanceNorm2d(channels, affine=True)


class Unet(nn.Module):
    def __init__(self, width, levels):
        super().__init__()
        channels = [width * min(2**level, 8) for level in range(levels)]
        self.down, self.up = nn.ModuleList(), nn.ModuleList()
        for level, outputs in enumerate(channels):
            layers = [nn.Conv2d(channels[level - 1] if level else 3, outputs, 4, 2, 1)]
            if level:
                layers.insert(0, nn.LeakyReLU(0.2))
            if 0 < level < levels - 1:
                layers.append(instance_norm(outputs))
            self.down.append(nn.Sequential(*layers))
        for level, mirrored in enumerate(channels):
            outputs = channels[level - 1] if level else 3
            inputs = mirrored if level == levels - 1 else 2 * mirrored
            layers = [nn.ReLU(), nn.ConvTranspose2d(inputs, outputs, 4, 2, 1)]
            layers += [instance_norm(outputs)] if level else [nn.Tanh()]
            if level and level >= levels - 3:
                layers.append(nn.Dropout(0.5))
            self.up.append(nn.Sequential(*layers))

    def forward(self, x):
        skips = []
        for layer in self.down:
            x = layer(x)
            skips.append(x)
        for level in range(len(self.up) - 1, 0, -1):
            x = torch.cat([self.up[level](x), skips[level - 1]], 1)
        return self.up[0](x)


def patch_gan(inputs, width, halvings):
    layers, channels = [], inputs
    for i in range(halvings + 1):
        outputs = width * min(2**i, 8)
        layers += [nn.Conv2d(channels, outputs, 4, 2 if i < halvings else 1, 1), nn.LeakyReLU(0.2, True)]
        channels = outputs
    return nn.Sequential(*layers, nn.Conv2d(channels, 1, 4, 1, 1))


def against(loss, scores, real):
    return loss(scores, torch.ones_like(scores) if real else torch.zeros_like(scores))


def pix2pix(side=64, width=32, batch=8):
    generator, discriminator = Unet(width, side.bit_length() - 1), patch_gan(6, width, 2)
    adam_g = torch.optim.Adam(generator.parameters(), 2e-4, (0.5, 0.999))
    adam_d = torch.optim.Adam(discriminator.parameters(), 2e-4, (0.5, 0.999))
    condition, target = uniform(batch, 3, side, side), uniform(batch, 3, side, side)

    def judge(image):
        return discriminator(torch.cat([condition, image], 1))

    def step():
        adam_d.zero_grad()
        fake = generator(condition)
        judged = 0.5 * (against(bce, judge(target), True) + against(bce, judge(fake.detach()), False))
        judged.backward()
        adam_d.step()
        adam_g.zero_grad()
        frozen(discriminator.parameters())
        made = against(bce, judge(fake), True) + 100 * F.l1_loss(fake, target)
        made.backward()
        adam_g.step()
        frozen(discriminator.parameters(), False)
        return judged, made

    return [generator, discriminator], step, [condition, target]


class Block(nn.Module):
    def __init__(self, channels):
        super().__init__()
        convolve = lambda: [nn.ReflectionPad2d(1), nn.Conv2d(channels, channels, 3), instance_norm(channels)]  # noqa: E731
        self.inner = nn.Sequential(*convolve(), nn.ReLU(True), *convolve())

    def forward(self, x):
        return x + self.inner(x)


def resnet_generator(width, blocks):
    layers = [nn.ReflectionPad2d(3), nn.Conv2d(3, width, 7), instance_norm(width), nn.ReLU(True)]
    for channels in (width, 2 * width):
        layers += [nn.Conv2d(channels, 2 * channels, 3, 2, 1), instance_norm(2 * channels), nn.ReLU(True)]
    layers += [Block(4 * width) for _ in range(blocks)]
    for channels in (4 * width, 2 * width):
        layers += [nn.ConvTranspose2d(channels, channels // 2, 3, 2, 1, 1), instance_norm(channels // 2), nn.ReLU(True)]
    return nn.Sequential(*layers, nn.ReflectionPad2d(3), nn.Conv2d(width, 3, 7), nn.Tanh())


def cyclegan(side=64, width=32, batch=2, blocks=6):
    to_b, to_a = resnet_generator(width, blocks), resnet_generator(width, blocks)
    judge_a, judge_b = patch_gan(3, width, 2), patch_gan(3, width, 2)
    adam_g = torch.optim.Adam([*to_b.parameters(), *to_a.parameters()], 2e-4, (0.5, 0.999))
    adams = [torch.optim.Adam(judge.parameters(), 2e-4, (0.5, 0.999)) for judge in (judge_a, judge_b)]
    a, b = uniform(batch, 3, side, side), uniform(batch, 3, side, side)
    judges = [*judge_a.parameters(), *judge_b.parameters()]
    mse, l1 = F.mse_loss, F.l1_loss

    def step():
        adam_g.zero_grad()
        frozen(judges)
        fake_a, fake_b = to_a(b), to_b(a)
        fooled = against(mse, judge_a(fake_a), True) + against(mse, judge_b(fake_b), True)
        returned = l1(to_a(fake_b), a) + l1(to_b(fake_a), b)
        kept = l1(to_a(a), a) + l1(to_b(b), b)
        losses = [fooled + 10 * returned + 5 * kept]
        losses[0].backward()
        adam_g.step()
        frozen(judges, False)
        for judge, adam, real, fake in ((judge_a, adams[0], a, fake_a), (judge_b, adams[1], b, fake_b)):
            adam.zero_grad()
            losses.append(0.5 * (against(mse, judge(real), True) + against(mse, judge(fake.detach()), False)))
            losses[-1].backward()
            adam.step()
        return losses

    return [to_b, to_a, judge_a, judge_b], step, [a, b]


# WGAN-GP


def wgan_gp(side=32, width=64, batch=32, code_size=100):
    doublings = side.bit_length() - 4
    generator = dcgan_generator(code_size, width, doublings)
    critic = dcgan_discriminator(width, doublings, nn.Identity)
    adam_g = torch.optim.Adam(generator.parameters(), 1e-4, (0.0, 0.9))
    adam_c = torch.optim.Adam(critic.parameters(), 1e-4, (0.0, 0.9))
    real, codes = uniform(batch, 3, side, side), torch.randn(batch, code_size, 1, 1)
    mixing = torch.rand(batch, 1, 1, 1)

    def step():
        adam_c.zero_grad()
        fake = generator(codes)
        still = fake.detach()
        mixed = (real + mixing * (still - real)).requires_grad_()
        (slope,) = torch.autograd.grad(critic(mixed).sum(), mixed, create_graph=True)
        length = (slope.square().sum((1, 2, 3)) + 1e-12).sqrt()
        judged = critic(still).mean() - critic(real).mean() + 10 * (length - 1).square().mean()
        judged.backward()
        adam_c.step()
        adam_g.zero_grad()
        frozen(critic.parameters())
        made = -critic(fake).mean()
        made.backward()
        adam_g.step()
        frozen(critic.parameters(), False)
        return judged, made

    return [generator, critic], step, [real, codes, mixing]


# Style transfer


class Fire(nn.Module):
    def __init__(self, inputs, squeezed, expanded):
        super().__init__()
        self.squeeze = nn.Sequential(nn.Conv2d(inputs, squeezed, 1), nn.ReLU(True))
        self.narrow = nn.Sequential(nn.Conv2d(squeezed, expanded, 1), nn.ReLU(True))
        self.wide = nn.Sequential(nn.Conv2d(squeezed, expanded, 3, padding=1), nn.ReLU(True))

    def forward(self, x):
        x = self.squeeze(x)
        return torch.cat([self.narrow(x), self.wide(x)], 1)


def he_initialised(network):
    for module in network.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
    return network


def gram(x):
    rows = x.flatten(2).squeeze(0)
    return rows @ rows.T / rows.shape[1]


def style(side=256):
    stages = nn.ModuleList([
        nn.Sequential(nn.Conv2d(3, 64, 3, 2), nn.ReLU(True)),
        nn.Sequential(nn.MaxPool2d(3, 2), Fire(64, 16, 64), Fire(128, 16, 64)),
        nn.Sequential(nn.MaxPool2d(3, 2), Fire(128, 32, 128), Fire(256, 32, 128)),
        nn.Sequential(nn.MaxPool2d(3, 2), Fire(256, 48, 192), Fire(384, 48, 192)),
        nn.Sequential(Fire(384, 64, 256), Fire(512, 64, 256)),
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


# Features of InceptionV3


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
    for _ in range(2):
        parts.append(branches(
            [unit(320, 1)],
            [unit(384, 1), split()],
            [unit(448, 1), unit(384, 3, padding=1), split()],
            [average, unit(192, 1)],
        ))  # fmt: skip
    network = he_initialised(chained(3, parts)).eval()
    images = uniform(batch, 3, side, side)

    def step():
        with torch.no_grad():
            return (network(images).mean((2, 3)),)

    return [network], step, [images]


# Talking


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
