/** A point of the unit square; y grows downwards. */
export type Point = readonly [x: number, y: number]

/** A stroke as a chain of points that are joined by straight lines. */
export type Stroke = readonly Point[]

/** Points of an arc of an ellipse, from one angle to another in turns; 0 is to the right, a quarter is down. */
function arc(x: number, y: number, width: number, height: number, from: number, to: number): Stroke {
  const steps = Math.max(2, Math.ceil(Math.abs(to - from) * 24))
  return Array.from({ length: steps + 1 }, (_, i) => {
    const angle = 2 * Math.PI * (from + ((to - from) * i) / steps)
    return [x + width * Math.cos(angle), y + height * Math.sin(angle)] as const
  })
}

/** The strokes of the digits 0 to 9, each about 0.6 wide and 0.9 high, in the middle of the unit square. */
export const digitStrokes: readonly (readonly Stroke[])[] = [
  [arc(0.5, 0.5, 0.27, 0.42, 0, 1)],
  [
    [
      [0.36, 0.24],
      [0.54, 0.08],
      [0.54, 0.92],
    ],
  ],
  [[...arc(0.5, 0.32, 0.26, 0.24, -0.5, 0.1), [0.24, 0.92], [0.78, 0.92]]],
  [[...arc(0.47, 0.29, 0.25, 0.21, -0.42, 0.25), ...arc(0.47, 0.7, 0.29, 0.22, -0.25, 0.42)]],
  [
    [
      [0.62, 0.92],
      [0.62, 0.08],
      [0.2, 0.66],
      [0.82, 0.66],
    ],
  ],
  [[[0.74, 0.08], [0.32, 0.08], [0.28, 0.46], ...arc(0.48, 0.65, 0.27, 0.26, -0.35, 0.4)]],
  [[[0.66, 0.08], [0.34, 0.46], ...arc(0.5, 0.67, 0.25, 0.25, -0.5, 0.5)]],
  [
    [
      [0.22, 0.08],
      [0.78, 0.08],
      [0.42, 0.92],
    ],
  ],
  [arc(0.5, 0.29, 0.21, 0.2, 0, 1), arc(0.5, 0.7, 0.27, 0.22, 0, 1)],
  [[...arc(0.5, 0.33, 0.25, 0.25, 0, 1), [0.72, 0.5], [0.6, 0.92]]],
]
