import { deviceWords } from "@saddlepoint/engine/open"
import * as Argument from "effect/cli/Argument"
import * as Flag from "effect/cli/Flag"

/** Flags and arguments that several commands share. */
export const file = Argument.String("file").pipe(
  Argument.withDescription("the experiment: a .ts, .json or .yaml file"),
)

export const profile = Flag.String("profile").pipe(
  Flag.withDescription("a profile of the experiment, e.g. quick"),
  Flag.optional,
)

export const set = Flag.String("set").pipe(
  Flag.withDescription("overrides one field, e.g. --set arms.gan.budget.steps=100; may be repeated"),
  Flag.between(0, 1000),
)

export const store = Flag.String("store").pipe(
  Flag.withDescription("folder of the run store"),
  Flag.withDefault("runs"),
)

export const device = Flag.String("device").pipe(
  Flag.withDescription(`where tensors run: ${deviceWords.join(", ")}, or gpu:N for one of several GPUs`),
  Flag.withDefault("auto"),
)

export const check = Flag.Boolean("check").pipe(
  Flag.withDescription(
    "read every byte of what the run store keeps, large files and checkpoints too, and name what is not as it was written; without it sizes of all and digests of small files are looked at; exit code 1 where anything is not",
  ),
  Flag.withDefault(false),
)

export const json = Flag.Boolean("json").pipe(
  Flag.withDescription("print one JSON object on standard output and nothing else"),
  Flag.withDefault(false),
)
