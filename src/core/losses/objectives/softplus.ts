/** `log(1 + e^x)` of a plain number, for closed forms; `tf.softplus` is that of tensors. */
export const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))
