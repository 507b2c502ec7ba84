import { expect, test } from "vitest"
import { adversarial } from "../../losses/adversarial.ts"
import { makeDcganDiscriminator } from "../../models/dcganDiscriminator.ts"
import { makeDcganGenerator } from "../../models/dcganGenerator.ts"
import { sampling } from "./sampling.ts"

const mistakes = (samples?: number) =>
  sampling({
    generator: makeDcganGenerator(),
    discriminator: makeDcganDiscriminator(),
    losses: [adversarial.plugin.build({ objective: "bce", weight: 1 })],
    latent: 8,
    ...(samples === undefined ? {} : { samples }),
  }).mistakes

test("any whole number of samples above 0 may be judged, or none be told", () => {
  for (const samples of [undefined, 1, 50_000]) expect(mistakes(samples)).toEqual([])
})

test.each([0, -3, 1.5, Number.NaN])("%d samples are a mistake of the definition", (samples) => {
  expect(mistakes(samples)).toEqual([
    {
      path: ["samples"],
      message: `expected a whole number of samples above 0 but got ${samples}; leave it out for as many as the test split has images`,
    },
  ])
})
