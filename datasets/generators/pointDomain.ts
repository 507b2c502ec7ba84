import type { Dataset, Split, SplitName } from "@saddlepoint/core/contracts/dataset"
import type { Plugin } from "@saddlepoint/core/contracts/plugin"
import { type Stream, stream } from "@saddlepoint/engine/random"
import type * as Schema from "effect/Schema"
import { exampleIndex } from "../formats/exampleIndex.ts"
import { classField, labelledPoints, pointField } from "../formats/fields.ts"
import { realOption } from "../formats/options.ts"
import { type GeneratedOptions, generatedSet } from "./generatedSet.ts"

/** Options of every generated domain of points. */
export interface PointOptions extends GeneratedOptions {
  /** Turn of the domain about the origin in degrees, counter-clockwise, -180 to 180; 0 is the usual source. */
  readonly angle: number
}

/** A family of point domains with two classes. */
export interface PointDomain<O extends PointOptions> {
  /** Of the plug-in. */
  readonly name: string
  readonly version: number
  readonly classes: readonly string[]
  /** Its own options beside `PointOptions`. */
  readonly options: Schema.Struct.Fields
  /** Values of its own options, in a fixed order, for the digest. */
  identity(options: O): readonly number[]
  /** Largest distance of a point from the origin, by the generator's construction. */
  reach(options: O): number
  /** A point of a class before the turn. */
  draw(label: number, source: Stream, options: O): readonly [x: number, y: number]
}

/** No standard normal of a stream is further from 0: `sqrt(2 ln 2^32)`, as its uniform numbers have 32 bits. */
export const furthestNormal = Math.sqrt(2 * Math.log(2 ** 32))

/**
 * The plug-in of a family of point domains. Fields: `point` float32 `[2]`; `label` int32 `[]`, its class.
 *
 * Classes are equally frequent, in a drawn order. An example is a pure function of (options, split, index), and domains of different angles share no draw.
 */
export function pointDomain<O extends PointOptions>(family: PointDomain<O>): Plugin<"dataset", Dataset> {
  const { name, version, classes } = family
  return generatedSet<O>({
    name,
    version,
    fields: labelledPoints,
    classes,
    takesTurns: true,
    options: { ...family.options, angle: realOption(-180, 180, 0) },
    counts: { train: 1000, validation: 200, test: 1000 },
    identity: (options) => {
      const { angle, train, validation, test, seed } = options
      return [angle, train, validation, test, seed, ...family.identity(options)]
    },
    split: (options, part) => split(family, options, part),
  })
}

function split<O extends PointOptions>(family: PointDomain<O>, options: O, name: SplitName): Split {
  const turn = (options.angle * Math.PI) / 180
  const [cosine, sine] = [Math.cos(turn), Math.sin(turn)]
  return {
    size: options[name],
    fields: {
      point: pointField(family.reach(options)),
      label: classField(family.classes.length),
    },
    async read(indices) {
      const point = new Float32Array(2 * indices.length)
      const label = new Int32Array(indices.length)
      indices.forEach((given, at) => {
        const index = exampleIndex(given, options[name])
        const source = stream(options.seed, family.name, options.angle, name, index)
        label[at] = index % family.classes.length
        const [x, y] = family.draw(label[at]!, source, options)
        point[2 * at] = cosine * x - sine * y
        point[2 * at + 1] = sine * x + cosine * y
      })
      return { point, label }
    },
  }
}
