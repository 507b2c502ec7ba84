import type { Family } from "./format/family.ts"

/** The families, by what the names of their cases begin with. */
const families: readonly (readonly [beginning: string, load: () => Promise<Family>])[] = [
  ["acgan-", async () => (await import("./families/acgan.ts")).acgan],
  ["adaptation-losses", async () => (await import("./families/adaptationLosses.ts")).adaptationLosses],
  ["adaptation-training", async () => (await import("./families/adaptationTraining.ts")).adaptationTraining],
  ["cycada-adda", async () => (await import("./families/cycadaFeature.ts")).cycadaFeature],
  ["cycada-semantic", async () => (await import("./families/cycadaSemantic.ts")).cycadaSemantic],
  ["cyclegan-", async () => (await import("./families/cycleGan.ts")).cycleGan],
  ["dann-28", async () => (await import("./families/dann.ts")).dann],
  ["dcgan-", async () => (await import("./families/gan.ts")).dcgan],
  ["layers", async () => (await import("./families/layers.ts")).layers],
  ["optimisers-", async () => (await import("./families/optimisers.ts")).optimisers],
  ["sn-hinge-", async () => (await import("./families/spectralGan.ts")).spectralGan],
  ["sngan-projection-", async () => (await import("./families/snganProjection.ts")).snganProjection],
  ["wgan-clip-", async () => (await import("./families/wganClip.ts")).wganClip],
  ["wgan-gp-", async () => (await import("./families/gan.ts")).wganGp],
  ["style-points", async () => (await import("./families/stylePoints.ts")).stylePoints],
  ["pix2pix-", async () => (await import("./families/pix2pix.ts")).pix2pix],
]

/** The family that plays a case; none where this repository has no such method yet. */
export async function familyOf(name: string): Promise<Family | undefined> {
  return families.find(([beginning]) => name.startsWith(beginning))?.[1]()
}
