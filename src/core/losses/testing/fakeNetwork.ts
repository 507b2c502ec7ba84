import * as tf from "@saddlepoint/engine/tf"
import * as Schema from "effect/Schema"
import type { GivenNetwork } from "../../contracts/givenNetwork.ts"
import { type Plugin, type Use, use } from "../../contracts/plugin.ts"

interface FakeNetworkOptions {
  readonly factor: number
}

/** A network that is given: it multiplies an image by a factor and calls that features. */
export const fakeNetworkPlugin: Plugin<"judge", GivenNetwork> = {
  kind: "judge",
  name: "fakeNetwork",
  version: 1,
  options: { factor: Schema.Finite },
  build: ({ factor }: FakeNetworkOptions): GivenNetwork => ({
    task: `times ${factor}`,
    missing: async () => [],
    open: async () => ({
      digest: `${factor}`,
      player: {
        variables: {},
        state: {},
        apply: ({ image }) => ({ features: tf.mul(image!, factor) }),
        dispose() {},
      },
    }),
  }),
}

export const fakeNetwork = (options: FakeNetworkOptions): Use<"judge"> =>
  use(fakeNetworkPlugin, { ...options })
