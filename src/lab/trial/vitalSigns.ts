import type { OpenDataset } from "@saddlepoint/core/contracts/dataset"
import type { Players } from "@saddlepoint/core/contracts/game"
import type { Opponent } from "@saddlepoint/core/contracts/method"
import { readBatch } from "@saddlepoint/core/play/loader"
import { toTensors } from "@saddlepoint/core/play/toTensors"
import type { Engine } from "@saddlepoint/engine/engine"
import * as tf from "@saddlepoint/engine/tf"
import type { VitalSigns } from "../contracts/moments.ts"
import { separationOf } from "./separation.ts"
import { type Spread, spreadOf, varietyOf } from "./spread.ts"

/** Samples that are looked at. */
const examined = 256

/** Takes the vital signs of players, beside the same real examples each time. */
export interface VitalSignsTaker {
  /** Samples that it looks at. */
  readonly count: number
  of(players: Players, samples: Float32Array): Promise<VitalSigns>
  dispose(): void
}

/** Opens the real side once: the first test examples, as many as are looked at. */
export async function takeVitalSigns(
  opponent: Opponent | undefined,
  conditions: readonly string[],
  { splits: { test } }: OpenDataset,
  engine: Engine,
  samples: number,
): Promise<VitalSignsTaker> {
  const name = test.fields.image === undefined ? "point" : "image"
  const packing = opponent?.packing ?? 1
  const most = Math.min(examined, samples, test.size)
  const count = most - (most % packing)
  const indices = Array.from({ length: count }, (_, index) => index)
  const read = toTensors(await readBatch(test, indices))
  const { [name]: real, ...others } = read
  const told = Object.fromEntries(conditions.map((condition) => [condition, others[condition]!]))
  tf.dispose(Object.entries(others).flatMap(([field, tensor]) => (field in told ? [] : [tensor])))
  const size = tf.util.sizeFromShape(real!.shape.slice(1))
  const realSpread = count < 2 ? undefined : spreadOf((await real!.data()) as Float32Array, size)
  return {
    count,
    async of(players, values) {
      const variety = varietyAmong(values, size, realSpread)
      // A pack may hold more than there are.
      if (opponent === undefined || count === 0) return variety
      const scored = await scoresOf(opponent, players, { name, real: real!, told, values }, engine)
      return finite({ ...scored, ...variety })
    },
    dispose: () => void tf.dispose([real!, told]),
  }
}

function varietyAmong(values: Float32Array, size: number, real: Spread | undefined): VitalSigns {
  if (real === undefined || !values.every(Number.isFinite)) return {}
  return finite(varietyOf(spreadOf(values, size), real))
}

interface Sides {
  readonly name: string
  readonly real: tf.Tensor
  readonly told: Readonly<Record<string, tf.Tensor>>
  readonly values: Float32Array
}

async function scoresOf(
  opponent: Opponent,
  players: Players,
  { real, told, values }: Sides,
  engine: Engine,
): Promise<VitalSigns> {
  const step = engine.compile(
    ({ real: seen, made, ...conditions }) => {
      const scores = (examples: tf.Tensor) => opponent.scores(players, examples, conditions)
      const within = (all: tf.Tensor) => tf.mean(tf.reshape(all, [all.shape[0]!, -1]), 1)
      const slopes = tf.grad((examples: tf.Tensor) => tf.sum(within(scores(examples))))(made!)
      return {
        real: within(scores(seen!)),
        made: within(scores(made!)),
        slopes: tf.sqrt(tf.sum(tf.square(tf.reshape(slopes, [slopes.shape[0]!, -1])), 1)),
      }
    },
    {
      random: () => {
        throw new Error("Expected an opponent that draws nothing when it evaluates.")
      },
      schedule: () => 0,
    },
  )
  const made = tf.tensor(values, real.shape)
  let seen: Readonly<Record<string, tf.Tensor>> = {}
  try {
    seen = step.play({ real, made, ...told }, 0)
    const [ofReal, ofMade, slopes] = await Promise.all([
      seen.real!.data(),
      seen.made!.data(),
      seen.slopes!.data(),
    ])
    const slope = Array.from(slopes).reduce((sum, one) => sum + one, 0) / slopes.length
    return { ...separationOf(ofReal, ofMade), slope }
  } finally {
    tf.dispose([made, ...Object.values(seen)])
    step.dispose()
  }
}

const finite = (signs: VitalSigns): VitalSigns =>
  Object.fromEntries(Object.entries(signs).filter(([, value]) => Number.isFinite(value)))
