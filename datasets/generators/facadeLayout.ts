import type { Stream } from "@saddlepoint/engine/random"

/** Classes of the generated facades, in the order of their label values. */
export const facadeClasses = ["sky", "wall", "window", "door", "balcony", "shop", "roof", "cornice"] as const

const [sky, wall, window, door, balcony, shop, roof, cornice] = facadeClasses.map((_, label) => label) as [
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
]

/**
 * Draws the layout of one facade: roof, cornice, floors x bays of windows with balconies, a ground floor with a door
 * and shops. Lengths are shares of the image's side, so a draw looks alike at every size; the smallest parts
 * (balconies, cornices) are about 4 pixels high at 64 pixels.
 *
 * @returns labels in [0, 8), `[size, size]` in row-major order
 */
export function facadeLayout(source: Stream, size: number): Uint8Array {
  const labels = new Uint8Array(size * size).fill(sky)
  const between = (low: number, high: number): number => low + (high - low) * source.uniform()
  const chance = (probability: number): boolean => source.uniform() < probability
  const jitter = (): number => between(-0.008, 0.008)

  /** Fills the pixels whose centres lie in the rectangle. */
  const fill = (label: number, left: number, top: number, right: number, bottom: number): void => {
    const firstColumn = Math.max(0, Math.ceil(left * size - 0.5))
    const lastColumn = Math.min(size, Math.ceil(right * size - 0.5))
    const lastRow = Math.min(size, Math.ceil(bottom * size - 0.5))
    for (let row = Math.max(0, Math.ceil(top * size - 0.5)); row < lastRow; row++) {
      if (firstColumn < lastColumn) labels.fill(label, row * size + firstColumn, row * size + lastColumn)
    }
  }

  const fillsWidth = chance(0.25)
  const left = fillsWidth ? 0 : between(0.01, 0.1)
  const right = fillsWidth ? 1 : 1 - between(0.01, 0.1)
  const width = right - left

  const ridge = between(0.03, 0.12)
  const eaves = ridge + between(0.1, 0.2)
  // How far the ridge is drawn in on each side: a flat roof, a mansard, a gable.
  const drawnIn = [0, between(0.08, 0.2), 0.5][source.integer(3)]! * width
  const rows = Math.max(1, Math.round((eaves - ridge) * size))
  for (let row = 0; row < rows; row++) {
    const inset = drawnIn * (1 - (row + 0.5) / rows)
    const top = ridge + ((eaves - ridge) * row) / rows
    fill(roof, left + inset, top, right - inset, top + (eaves - ridge) / rows)
  }

  const groundTop = 1 - between(0.2, 0.27)
  fill(wall, left, eaves, right, 1)
  const corniceBottom = eaves + between(0.055, 0.085)
  const overhang = between(0, 0.02)
  fill(cornice, left - overhang, eaves, right + overhang, corniceBottom)
  const course = chance(0.6) ? between(0.05, 0.07) : 0
  fill(cornice, left, groundTop, right, groundTop + course)

  const bays = 3 + source.integer(3)
  const bay = width / bays
  const room = groundTop - corniceBottom
  const floors = room > 0.5 && chance(0.4) ? 4 : 2 + source.integer(2)
  const floor = room / floors
  const windowWidth = bay * between(0.45, 0.62)
  const windowHeight = floor * between(0.64, 0.8)
  const balconies = (["none", "single", "running"] as const)[source.integer(3)]!
  const balconyHeight = Math.min(between(0.06, 0.085), floor * 0.42)

  if (drawnIn < 0.3 * width && eaves - ridge > 0.14 && chance(0.5)) {
    for (let column = 0; column < bays; column++) {
      const centre = left + (column + 0.5) * bay
      if (Math.abs(centre - (left + right) / 2) + windowWidth / 2 < width / 2 - drawnIn) {
        fill(window, centre - windowWidth / 2, ridge + 0.04, centre + windowWidth / 2, eaves - 0.01)
      }
    }
  }

  for (let storey = 0; storey < floors; storey++) {
    const top = corniceBottom + storey * floor + (floor - windowHeight) * between(0.3, 0.5)
    const runs = balconies === "running" && chance(0.5)
    for (let column = 0; column < bays; column++) {
      const x = left + (column + 0.5) * bay + jitter()
      const y = top + jitter()
      if (chance(0.06)) continue
      fill(window, x - windowWidth / 2, y, x + windowWidth / 2, y + windowHeight)
      if (balconies === "single" && chance(0.55)) {
        const reach = Math.min(windowWidth / 2 + 0.02, bay / 2)
        fill(balcony, x - reach, y + windowHeight - balconyHeight, x + reach, y + windowHeight)
      }
    }
    if (runs) {
      const bottom = top + windowHeight + 0.01
      fill(balcony, left + 0.02, bottom - balconyHeight, right - 0.02, bottom)
    }
  }

  const entrance = source.integer(bays)
  const hasShops = chance(0.85)
  const shopTop = groundTop + course + between(0.02, 0.05)
  const doorHeight = (1 - groundTop - course) * between(0.8, 0.95)
  for (let column = 0; column < bays; column++) {
    const centre = left + (column + 0.5) * bay
    if (column === entrance) {
      const half = Math.min(between(0.055, 0.08), bay * 0.45)
      const x = centre + jitter()
      fill(door, x - half, 1 - doorHeight, x + half, 1)
    } else if (hasShops) {
      const half = bay * between(0.38, 0.46)
      fill(shop, centre - half, shopTop, centre + half, 1 - 0.03)
    } else {
      fill(window, centre - windowWidth / 2, shopTop, centre + windowWidth / 2, 1 - 0.07)
    }
  }
  return labels
}
