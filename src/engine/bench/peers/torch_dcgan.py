"""The workloads of dcgan.ts."""

import torch
import torch.nn as nn
import torch.nn.functional as F

from torch_parts import frozen, uniform


bce = F.binary_cross_entropy_with_logits


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
