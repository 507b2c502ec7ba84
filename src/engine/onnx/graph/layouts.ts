/** Physical orders of images `[batch, height, width, channels]` and of filters `[height, width, in, out]`. */

export const NCHW = [0, 3, 1, 2]
/** Channels in front, as a filter gradient convolves images. */
export const CNHW = [3, 0, 1, 2]
/** Batch at the end: a pixel's batch lies together, so that a batch of patches is gathered in runs. */
export const CHWN = [3, 1, 2, 0]
export const OIHW = [3, 2, 0, 1]
export const IOHW = [2, 3, 0, 1]
