"""The workloads of pix2pix.ts and cycleGan.ts."""

import random

import torch
import torch.nn as nn
import torch.nn.functional as F

from torch_parts import against, frozen, instance_norm, uniform


bce = F.binary_cross_entropy_with_logits


class Unet(nn.Module):
    def __init__(self, width, levels, norm=instance_norm, dropout=0.5):
        super().__init__()
        channels = [width * min(2**level, 8) for level in range(levels)]
        self.down, self.up = nn.ModuleList(), nn.ModuleList()
        for level, outputs in enumerate(channels):
            layers = [nn.Conv2d(channels[level - 1] if level else 3, outputs, 4, 2, 1)]
            if level:
                layers.insert(0, nn.LeakyReLU(0.2))
            if norm is not None and 0 < level < levels - 1:
                layers.append(norm(outputs))
            self.down.append(nn.Sequential(*layers))
        for level, mirrored in enumerate(channels):
            outputs = channels[level - 1] if level else 3
            inputs = mirrored if level == levels - 1 else 2 * mirrored
            layers = [nn.ReLU(), nn.ConvTranspose2d(inputs, outputs, 4, 2, 1)]
            if level == 0:
                layers.append(nn.Tanh())
            elif norm is not None:
                layers.append(norm(outputs))
            if dropout > 0 and level and level >= levels - 3:
                layers.append(nn.Dropout(dropout))
            self.up.append(nn.Sequential(*layers))

    def forward(self, x):
        skips = []
        for layer in self.down:
            x = layer(x)
            skips.append(x)
        for level in range(len(self.up) - 1, 0, -1):
            x = torch.cat([self.up[level](x), skips[level - 1]], 1)
        return self.up[0](x)


def patch_gan(inputs, width, halvings, norm=None):
    layers, channels = [], inputs
    for i in range(halvings + 1):
        outputs = width * min(2**i, 8)
        layers.append(nn.Conv2d(channels, outputs, 4, 2 if i < halvings else 1, 1))
        if norm is not None and i > 0:
            layers.append(norm(outputs))
        layers.append(nn.LeakyReLU(0.2, True))
        channels = outputs
    return nn.Sequential(*layers, nn.Conv2d(channels, 1, 4, 1, 1))


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
        judged = against(bce, judge(target), True) + against(bce, judge(fake.detach()), False)
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


class Pool:
    """Shows an image made earlier in place of a new one, half of the time once it is full."""

    def __init__(self, size):
        self.size, self.images = size, []

    def shown(self, fresh):
        shown = []
        for image in fresh:
            if len(self.images) < self.size:
                self.images.append(image)
            elif random.random() < 0.5:
                place = random.randrange(self.size)
                self.images[place], image = image, self.images[place]
            shown.append(image)
        return torch.stack(shown)


def cyclegan(side=64, width=32, batch=1, blocks=6, pool=50):
    to_b, to_a = resnet_generator(width, blocks), resnet_generator(width, blocks)
    judge_a, judge_b = patch_gan(3, width, 1, instance_norm), patch_gan(3, width, 1, instance_norm)
    adam_g = torch.optim.Adam([*to_b.parameters(), *to_a.parameters()], 2e-4, (0.5, 0.999))
    judges = [*judge_a.parameters(), *judge_b.parameters()]
    adam_d = torch.optim.Adam(judges, 2e-4, (0.5, 0.999))
    a, b = uniform(batch, 3, side, side), uniform(batch, 3, side, side)
    pool_a, pool_b = Pool(pool), Pool(pool)
    mse, l1 = F.mse_loss, F.l1_loss

    def step():
        adam_g.zero_grad()
        frozen(judges)
        fake_a, fake_b = to_a(b), to_b(a)
        fooled = against(mse, judge_a(fake_a), True) + against(mse, judge_b(fake_b), True)
        returned = l1(to_a(fake_b), a) + l1(to_b(fake_a), b)
        kept = l1(to_a(a), a) + l1(to_b(b), b)
        made = fooled + 10 * returned + 5 * kept
        made.backward()
        adam_g.step()
        frozen(judges, False)
        adam_d.zero_grad()
        judged = 0
        seen = ((judge_a, a, pool_a.shown(fake_a.detach())), (judge_b, b, pool_b.shown(fake_b.detach())))
        for judge, real, shown in seen:
            judged = judged + 0.5 * (against(mse, judge(real), True) + against(mse, judge(shown), False))
        judged.backward()
        adam_d.step()
        return made, judged

    return [to_b, to_a, judge_a, judge_b], step, [a, b]
