import type { NetworkLayer } from "../format/trajectory.ts"
import { type Places, placesOf } from "./layerTable.ts"
import { flattened } from "./layout.ts"

const withKernel: readonly string[] = ["Conv2d", "ConvTranspose2d", "Linear"]

/**
 * Places for a network of ours whose layers with kernels come in the recorded order. The norm behind a layer `conv2` is `conv2/norm`, as
 * in all models here.
 *
 * @param names of our layers with kernels
 * @param channels of the image that the first dense layer sees flattened, where it does
 * @throws Error when there are more or fewer of them on record
 */
export function pairedPlaces(
  layers: readonly NetworkLayer[],
  names: readonly string[],
  channels?: number,
): Places {
  const places: Record<string, Places[string]> = {}
  const dense = layers.filter(({ type }) => type === "Linear")
  let at = -1
  for (const layer of layers) {
    if (withKernel.includes(layer.type)) at++
    const name = names[at]
    if (name === undefined) continue
    Object.assign(places, placesOf(layer, withKernel.includes(layer.type) ? name : `${name}/norm`))
    const kernel = places[`${name}/kernel`]
    if (layer !== dense[0] || channels === undefined || kernel === undefined) continue
    places[`${name}/kernel`] = { ...kernel, layout: flattened(kernel.layout, channels) }
  }
  if (at + 1 === names.length) return places
  throw new Error(
    `Expected a network of ${names.length} layers with kernels (${names.join(", ")}), but ${at + 1} are on record.`,
  )
}
