"""Recipes of pix2pix: a U-Net, alone or against a PatchGAN, as src/core/methods/translation/pix2pix.ts plays them."""

import torch
import torch.nn as nn
import torch.nn.functional as F

from torch_exported import optimiser_of, set_rate
from torch_parts import against, frozen, instance_norm
from torch_translation import Unet, patch_gan

bce = F.binary_cross_entropy_with_logits
norms = {"none": None, "instance": instance_norm, "batch": nn.BatchNorm2d}
fixed = {"l1": F.l1_loss, "l2": F.mse_loss}


def pix2pix(trial):
    method = trial.method
    method.take("use", known=("pix2pix",))
    method.take("batch")
    share = method.take("opponentShare", 1)
    generator, dropped = unet_of(trial, method.part("generator"))
    discriminator = discriminator_of(trial, method.part("discriminator"))
    losses = {loss.take("use", known=("adversarial", *fixed)): loss for loss in method.parts("losses")}
    weights = {name: loss.take("weight") for name, loss in losses.items()}
    for loss in losses.values():
        loss.take("objective", "bce", known=("bce",))
        loss.done()
    options = method.part("optimiser")
    other = method.part("discriminatorOptimiser")
    again = dict(options.left)
    adam_g, rate_g, schedule_g = optimiser_of(options, generator.parameters())
    if discriminator is not None:
        if other is None:
            other = type(options)(again, options.path)
        adam_d, rate_d, schedule_d = optimiser_of(other, discriminator.parameters())
    method.done()
    batches = trial.batches("input", "target")

    def step(at):
        batch, progress = batches(at), at / trial.steps
        condition, target = batch["input"], batch["target"]
        fake, found = generator(condition), {}
        if discriminator is not None:

            def judge(image):
                return discriminator(torch.cat([condition, image], 1))

            set_rate(adam_d, rate_d * schedule_d(progress))
            adam_d.zero_grad()
            judged = against(bce, judge(target), True) + against(bce, judge(fake.detach()), False)
            (share * judged).backward()
            adam_d.step()
            found |= {"discriminator/adversarial": judged, "discriminator/total": share * judged}
        set_rate(adam_g, rate_g * schedule_g(progress))
        adam_g.zero_grad()
        terms = {name: fixed[name](fake, target) for name in weights if name in fixed}
        if discriminator is not None:
            frozen(discriminator.parameters())
            terms["adversarial"] = against(bce, judge(fake), True)
        total = sum(weights[name] * value for name, value in terms.items())
        total.backward()
        adam_g.step()
        if discriminator is not None:
            frozen(discriminator.parameters(), False)
        return found | {f"generator/{name}": value for name, value in terms.items()} | {"generator/total": total}

    def answers():
        # Norms of a batch see the test batch's statistics, of as many images as our protocol has; see answering.ts.
        for images in trial.tests("input", 32):
            yield generator(images).permute(0, 2, 3, 1)

    return step, answers, dropped


def unet_of(trial, options):
    options.take("use", known=("unet",))
    levels = sum(name.startswith("weights/generator/down") and name.endswith("/kernel") for name in trial.arrays)
    width, norm, dropout = options.take("width"), options.take("norm", known=norms), options.take("dropout")
    options.take("statistics", known=("batch",))
    options.take("skips", known=(True,))
    options.take("channels", known=(3,))
    options.take("testDropout", known=(True,) if dropout > 0 else (True, False))
    for taken in ("depth", "initialisation"):
        options.take(taken)
    options.done()
    unet = Unet(width, levels, norms[norm], dropout)
    named = {f"down{level + 1}": part for level, part in enumerate(unet.down)}
    named |= {f"up{levels - level}": part for level, part in enumerate(unet.up)}
    trial.load("generator", {name: layer for label, part in named.items() for name, layer in convolution_and_norm(label, part)})
    return unet, dropout > 0


def convolution_and_norm(label, part):
    for layer in part:
        if isinstance(layer, (nn.Conv2d, nn.ConvTranspose2d)):
            yield label, layer
        elif isinstance(layer, (nn.BatchNorm2d, nn.InstanceNorm2d)):
            yield f"{label}/norm", layer


def discriminator_of(trial, options):
    if options is None:
        return None
    options.take("use", known=("patchGan",))
    # 9 * 2^n - 2 pixels with n convolutions of stride 2.
    field = options.take("receptiveField", known=(16, 34, 70, 142, 286, 574))
    halvings = ((field + 2) // 9).bit_length() - 1
    width, norm = options.take("width"), options.take("norm", known=norms)
    options.take("conditional", known=(True,))
    for taken in ("statistics", "initialisation"):
        options.take(taken)
    options.done()
    inputs = sum(trial.arrays[f"train/{field}"]["shape"][-1] for field in ("input", "target"))
    network = patch_gan(inputs, width, halvings, norms[norm])
    layers, at = {}, 0
    for layer in network:
        at += isinstance(layer, nn.Conv2d)
        layers |= dict(convolution_and_norm(f"conv{at}", [layer]))
    trial.load("discriminator", layers)
    return network
