/** `[height, width, channels]` of an image. */
export type ImageShape = readonly [number, number, number]
