"""Recipes of DANN and CDAN on a digit classifier, as src/core/methods/adaptation/dann.ts and cdan.ts play them."""

import math

import torch
import torch.nn as nn
import torch.nn.functional as F

from torch_dann import Reversal, dense
from torch_exported import optimiser_of, set_rate
from torch_parts import against

bce = F.binary_cross_entropy_with_logits


def domains(trial):
    method = trial.method
    use = method.take("use", known=("dann", "cdan"))
    method.take("batch")
    method.take("form", "reversal", known=("reversal",))
    method.take("selection", known=("last",))
    together, weight = method.take("together", False), method.take("weight")
    annealed = method.take("annealing", known=("constant", "annealed")) == "annealed"
    share = {"mean": 0.5, "sum": 1}[method.take("reduction", "mean")]
    task, opposed = method.parts("losses")
    task.take("use", known=("crossEntropy",))
    conditioned = opposed.take("use", known=("adversarial", "entropyConditioned")) == "entropyConditioned"
    opposed.take("objective", "bce", known=("bce",))
    over = opposed.take("over", "domain", known=("domain",))
    task_weight, most = task.take("weight"), weight * opposed.take("weight")
    for loss in (task, opposed):
        loss.done()
    features, classes, dropped = classifier_of(trial, method.part("network"))
    inputs = trial.arrays["weights/domain/hidden1/kernel"]["shape"][0]
    domain_dropout = method.take("domainDropout", 0)
    domain = dense(inputs, *method.take("domainLayers"), 1, dropout=domain_dropout)
    trial.load("domain", dense_layers(domain))
    networks = [features, classes, domain]
    optimiser, rate, schedule = optimiser_of(
        method.part("optimiser"), [p for network in networks for p in network.parameters()]
    )
    method.done()
    batches = trial.batches("source.image", "source.label", "target.image")

    def step(at):
        batch, progress = batches(at), at / trial.steps
        ramp = 2 / (1 + math.exp(-10 * progress)) - 1
        annealing = (1 + 10 * progress) ** -0.75 if annealed else 1
        set_rate(optimiser, rate * annealing * schedule(progress))
        optimiser.zero_grad()
        images = batch["source.image"], batch["target.image"]

        def of_both(network, pair):
            if not together:
                return [network(one) for one in pair]
            return network(torch.cat(pair)).split([len(one) for one in pair])

        seen = of_both(features, images)
        logits = of_both(classes, seen)
        reversed_ = [Reversal.apply(one, most * ramp) for one in seen]
        if use == "cdan":
            reversed_ = [outer(one, answers.detach().softmax(1)) for one, answers in zip(reversed_, logits)]
        scores = of_both(domain, reversed_)
        apart = 0
        for one, answers, real in zip(scores, logits, (True, False)):
            if conditioned:
                losses = F.softplus(-one if real else one).squeeze(1)
                certain = certainty(answers.detach())
                apart = apart + (losses * certain).sum() / certain.sum()
            else:
                apart = apart + against(bce, one, real)
        told = F.cross_entropy(logits[0], batch["source.label"])
        total = task_weight * told + share * apart
        total.backward()
        optimiser.step()
        return {"classifier/task": told, "classifier/domain": share * apart, "classifier/total": total}

    def answers():
        for network in networks:
            network.eval()
        for name in ("target", "source"):
            for images in trial.tests(name, 256):
                yield classes(features(images))

    return step, answers, dropped or domain_dropout > 0


def outer(features, answers):
    """[batch, features] and [batch, classes] to [batch, features * classes]."""
    return (features.unsqueeze(2) * answers.unsqueeze(1)).flatten(1)


def certainty(logits):
    """1 + exp(-H) with the entropy H of each answer (Long et al. 2018, equation 9)."""
    answers = logits.softmax(1)
    return 1 + torch.exp((answers * torch.log(answers + 1e-8)).sum(1))


class FlattenLast(nn.Module):
    """As of images whose channels come last, so that dense kernels are ours."""

    def forward(self, x):
        return x.permute(0, 2, 3, 1).flatten(1)


def classifier_of(trial, options):
    options.take("use", known=("digitClassifier",))
    norm, dropout = options.take("norm", known=("none", "batch")), options.take("dropout")
    channel_dropout = options.take("channelDropout", 0)
    options.take("initialisation")
    channels = trial.arrays["train/source.image"]["shape"][-1]
    layers, named = [], {}
    convolutions = options.take("convolutions")
    for at, outputs in enumerate(convolutions, 1):
        named[f"conv{at}"] = nn.Conv2d(channels, outputs, 5)
        layers.append(named[f"conv{at}"])
        if norm == "batch":
            named[f"conv{at}/norm"] = nn.BatchNorm2d(outputs)
            layers.append(named[f"conv{at}/norm"])
        if channel_dropout > 0 and at == len(convolutions):
            layers.append(nn.Dropout2d(channel_dropout))
        layers += [nn.ReLU(), nn.MaxPool2d(2)]
        channels = outputs
    layers.append(FlattenLast())
    for at, outputs in enumerate(options.take("features"), 1):
        inputs = trial.arrays[f"weights/features/feature{at}/kernel"]["shape"][0]
        named[f"feature{at}"] = nn.Linear(inputs, outputs)
        layers += [named[f"feature{at}"], nn.ReLU()]
    trial.load("features", named)
    hidden = options.take("head")
    options.done()
    inputs = trial.arrays[f"weights/classes/{'hidden1' if hidden else 'output'}/kernel"]["shape"][0]
    outputs = trial.arrays["weights/classes/output/kernel"]["shape"][1]
    head = dense(inputs, *hidden, outputs)
    trial.load("classes", dense_layers(head))
    return nn.Sequential(*layers), nn.Sequential(nn.Dropout(dropout), head), max(dropout, channel_dropout) > 0


def dense_layers(network):
    """By our names: hidden1, hidden2, ..., output."""
    linear = [layer for layer in network if isinstance(layer, nn.Linear)]
    return {f"hidden{at}": layer for at, layer in enumerate(linear[:-1], 1)} | {"output": linear[-1]}
