"""The workload of wgan-gp.ts."""

import torch
import torch.nn as nn

from torch_dcgan import dcgan_discriminator, dcgan_generator
from torch_parts import frozen, uniform


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
