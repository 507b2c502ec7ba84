import { expect, test } from "vitest"
import { adversarial } from "../../losses/adversarial.ts"
import { totalVariation } from "../../losses/totalVariation.ts"
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

test("a regulariser of images is refused of points, and of images is none", () => {
  const chosen = totalVariation.plugin.build({ form: "anisotropic", reduction: "mean", weight: 1 })
  const parts = {
    generator: makeDcganGenerator(),
    discriminator: makeDcganDiscriminator(),
    losses: [adversarial.plugin.build({ objective: "bce", weight: 1 }), chosen],
    latent: 8,
  }
  expect(sampling(parts).mistakes).toEqual([])
  expect(sampling(parts, "point").mistakes).toEqual([
    {
      path: ["losses", 1],
      message: "expected a regulariser of point but totalVariation is of image; remove it",
    },
  ])
})
