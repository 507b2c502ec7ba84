import { type ImageSize, sidesOf } from "../formats/imageSize.ts"

/** Classes of the CMP Facade Database (Tylecek and Sara, 2013), in the order of its label values less one. */
export const cmpClasses = [
  "background",
  "facade",
  "window",
  "door",
  "cornice",
  "sill",
  "balcony",
  "blind",
  "deco",
  "molding",
  "pillar",
  "shop",
] as const

/**
 * Colours of the classes in the label halves of the pix2pix files, as RGB bytes. The files are JPEGs and hold no
 * palette: these are the medians, over every second file, of pixels whose 5 x 5 surroundings are of one class.
 */
export const cmpPalette: readonly (readonly [number, number, number])[] = [
  [0, 0, 222], // background
  [0, 48, 255], // facade
  [0, 128, 255], // window
  [1, 207, 255], // door
  [32, 255, 224], // cornice
  [112, 254, 142], // sill
  [192, 255, 63], // balcony
  [255, 240, 1], // blind
  [255, 159, 0], // deco
  [255, 80, 0], // molding
  [253, 0, 0], // pillar
  [174, 0, 1], // shop
]

/**
 * Squared distance to the palette up to which a pixel surely shows its nearest class. Other pixels lie on edges, where
 * JPEG has blurred two classes into a colour that may be nearest to a third. This and `strangerCost` were chosen on
 * generated layouts of 256 pixels through JPEG (quality 75, chroma 4:2:0), blurred before or not: 1.3 to 2.1 % of the
 * pixels are read wrong, against 6.5 to 9.0 % by the nearest colour alone.
 */
const sureDistance = 400

/** How far around a blurred pixel sure ones are looked for, in pixels: first the near, then the far distance. */
const reaches: readonly number[] = [3, 6]

/** What explaining a colour by a class that is not sure around the pixel costs, as a squared distance. */
const strangerCost = 8000

/**
 * Reads the label map of a colour-coded image. A blurred pixel is explained as a mixture of its class, by half
 * or more, and a class that is surely around it; the best explanation wins. An output pixel takes the commonest class
 * of its cell, the lowest among equals.
 *
 * @param image RGB bytes `[side, side, 3]`
 * @returns labels in [0, 12), `[height, width]`
 */
export function cmpLabels(image: Uint8Array, side: number, size: ImageSize): Uint8Array {
  const [height, width] = sidesOf(size)
  const full = readLabels(image, side)
  if (height === side && width === side) return full
  const labels = new Uint8Array(height * width)
  const votes = new Int32Array(cmpPalette.length)
  const edge = (at: number, count: number): number => Math.floor((at * side) / count)
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      votes.fill(0)
      const bottom = Math.max(edge(row, height) + 1, edge(row + 1, height))
      const right = Math.max(edge(column, width) + 1, edge(column + 1, width))
      for (let y = edge(row, height); y < bottom; y++) {
        for (let x = edge(column, width); x < right; x++) votes[full[y * side + x]!]!++
      }
      let best = 0
      for (let label = 1; label < votes.length; label++) if (votes[label]! > votes[best]!) best = label
      labels[row * width + column] = best
    }
  }
  return labels
}

/** Labels at the size of the image. */
function readLabels(image: Uint8Array, side: number): Uint8Array {
  const nearest = new Uint8Array(side * side)
  const sure = new Uint8Array(side * side)
  for (let pixel = 0; pixel < nearest.length; pixel++) {
    const label = nearestOf(image, pixel)
    nearest[pixel] = label
    if (distance(label, image, pixel) <= sureDistance) sure[pixel] = 1
  }
  const labels = nearest.slice()
  for (let pixel = 0; pixel < labels.length; pixel++) {
    if (sure[pixel]) continue
    for (const reach of reaches) {
      const around = classesAround(pixel, reach, nearest, sure, side)
      if (around.length === 0) continue
      labels[pixel] = unmix(around, image, pixel)
      break
    }
  }
  return labels
}

/** Classes of the sure pixels around a pixel, in ascending order. */
function classesAround(
  pixel: number,
  reach: number,
  nearest: Uint8Array,
  sure: Uint8Array,
  side: number,
): readonly number[] {
  const row = Math.floor(pixel / side)
  const column = pixel % side
  let found = 0
  for (let y = Math.max(0, row - reach); y <= Math.min(side - 1, row + reach); y++) {
    for (let x = Math.max(0, column - reach); x <= Math.min(side - 1, column + reach); x++) {
      if (sure[y * side + x]) found |= 1 << nearest[y * side + x]!
    }
  }
  const classes: number[] = []
  for (let label = 0; label < cmpPalette.length; label++) if (found & (1 << label)) classes.push(label)
  return classes
}

/** The class that explains a blurred pixel best, as half or more of a mixture with a class from around it. */
function unmix(around: readonly number[], image: Uint8Array, pixel: number): number {
  let best = around[0]!
  let least = Number.POSITIVE_INFINITY
  for (let label = 0; label < cmpPalette.length; label++) {
    const cost = around.includes(label) ? 0 : strangerCost
    for (const other of around) {
      const residual = cost + mixtureDistance(label, other, image, pixel)
      if (residual < least) {
        least = residual
        best = label
      }
    }
  }
  return best
}

/** Squared distance from a pixel to the colours between a class and the middle of that class and another. */
function mixtureDistance(label: number, other: number, image: Uint8Array, pixel: number): number {
  const from = cmpPalette[label]!
  const to = cmpPalette[other]!
  let along = 0
  let length = 0
  for (let channel = 0; channel < 3; channel++) {
    const step = to[channel]! - from[channel]!
    along += step * (image[3 * pixel + channel]! - from[channel]!)
    length += step * step
  }
  const share = length === 0 ? 0 : Math.min(0.5, Math.max(0, along / length))
  let distance = 0
  for (let channel = 0; channel < 3; channel++) {
    const mixed = from[channel]! + share * (to[channel]! - from[channel]!)
    distance += (image[3 * pixel + channel]! - mixed) ** 2
  }
  return distance
}

function nearestOf(image: Uint8Array, pixel: number): number {
  let best = 0
  let least = Number.POSITIVE_INFINITY
  for (let label = 0; label < cmpPalette.length; label++) {
    const here = distance(label, image, pixel)
    if (here < least) {
      least = here
      best = label
    }
  }
  return best
}

/** Squared distance in RGB between a pixel and the colour of a class. */
function distance(label: number, image: Uint8Array, pixel: number): number {
  const colour = cmpPalette[label]!
  const red = image[3 * pixel]! - colour[0]
  const green = image[3 * pixel + 1]! - colour[1]
  const blue = image[3 * pixel + 2]! - colour[2]
  return red * red + green * green + blue * blue
}
