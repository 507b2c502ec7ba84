"""The workloads of gan.ts: DCGAN, and WGAN-GP on its layers."""

import torch
import torch.nn as nn
import torch.nn.functional as F

from torch_parts import from_tensorflow, frozen, uniform


def dcgan_generator(latent, width, levels):
    """From a 4x4 map, projected from the latent, upwards; biases only where no norm follows."""
    channels = width * 2 ** (levels - 1)
    project = nn.Linear(latent, channels * 16, bias=False)
    from_tensorflow(project.weight, (channels, 4, 4, latent), (3, 1, 2, 0))
    layers = [project, nn.Unflatten(1, (channels, 4, 4)), nn.BatchNorm2d(channels), nn.ReLU(True)]
    for _ in range(levels - 1):
        layers += [nn.ConvTranspose2d(channels, channels // 2, 4, 2, 1, bias=False)]
        channels //= 2
        layers += [nn.BatchNorm2d(channels), nn.ReLU(True)]
    return nn.Sequential(*layers, nn.ConvTranspose2d(channels, 3, 4, 2, 1), nn.Tanh())


def dcgan_discriminator(width, levels, norm=None):
    layers, channels = [nn.Conv2d(3, width, 4, 2, 1), nn.LeakyReLU(0.2, True)], width
    for _ in range(levels - 1):
        layers += [nn.Conv2d(channels, channels * 2, 4, 2, 1, bias=norm is None)]
        channels *= 2
        layers += [*([] if norm is None else [norm(channels)]), nn.LeakyReLU(0.2, True)]
    scores = nn.Linear(channels * 16, 1)
    from_tensorflow(scores.weight, (1, channels, 4, 4), (2, 3, 1, 0))
    return nn.Sequential(*layers, nn.Flatten(), scores)


def levels_of(side):
    return side.bit_length() - 3


def cross_entropy_game(generator, discriminator, rate, real, latents):
    """The discriminator's move, then the generator's against it as it has become."""
    adam_g = torch.optim.Adam(generator.parameters(), rate, (0.5, 0.999))
    adam_d = torch.optim.Adam(discriminator.parameters(), rate, (0.5, 0.999))
    ones, zeros = torch.ones(len(real), 1), torch.zeros(len(real), 1)
    bce = F.binary_cross_entropy_with_logits

    def step():
        adam_d.zero_grad()
        fake = generator(latents)
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

    return [generator, discriminator], step, [real, latents]


def dcgan(side, width, batch, latent=100):
    generator = dcgan_generator(latent, width, levels_of(side))
    discriminator = dcgan_discriminator(width, levels_of(side), nn.BatchNorm2d)
    real, latents = uniform(batch, 3, side, side), torch.randn(batch, latent)
    return cross_entropy_game(generator, discriminator, 2e-4, real, latents)


def perceptron(inputs, hidden, outputs, rectifier):
    layers = []
    for width in hidden:
        layers += [nn.Linear(inputs, width), rectifier()]
        inputs = width
    return nn.Sequential(*layers, nn.Linear(inputs, outputs))


def points(hidden=(64, 64, 64), batch=64, latent=32):
    generator = perceptron(latent, hidden, 2, lambda: nn.ReLU(True))
    discriminator = perceptron(2, hidden, 1, lambda: nn.LeakyReLU(0.2, True))
    return cross_entropy_game(generator, discriminator, 1e-3, uniform(batch, 2), torch.randn(batch, latent))


def wgan_gp(side=32, width=64, batch=32, latent=100):
    generator = dcgan_generator(latent, width, levels_of(side))
    critic = dcgan_discriminator(width, levels_of(side))
    adam_g = torch.optim.Adam(generator.parameters(), 1e-4, (0.0, 0.9))
    adam_c = torch.optim.Adam(critic.parameters(), 1e-4, (0.0, 0.9))
    real, latents = uniform(batch, 3, side, side), torch.randn(batch, latent)
    share = torch.rand(batch, 1, 1, 1)

    def step():
        adam_c.zero_grad()
        fake = generator(latents)
        still = fake.detach()
        between = (real * share + still * (1 - share)).requires_grad_()
        (slope,) = torch.autograd.grad(critic(between).sum(), between, create_graph=True)
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

    return [generator, critic], step, [real, latents, share]
