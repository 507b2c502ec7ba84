import type { Named, Optimiser } from "../../contracts/optimiser.ts"

/** The same optimiser, in which some variables have a share of the rate. Its rule must be one for each variable by itself. */
export function slower(
  optimiser: Optimiser,
  share: number,
  isSlow: (variable: string) => boolean,
): Optimiser {
  const part = <T>(of: Named<T>, slow: boolean): Named<T> =>
    Object.fromEntries(Object.entries(of).filter(([name]) => isSlow(name) === slow))
  return {
    ...optimiser,
    update({ values, gradients }, state, inputs) {
      const updated = [true, false].map((slow) =>
        optimiser.update({ values: part(values, slow), gradients: part(gradients, slow) }, state, {
          ...inputs,
          rate: slow ? inputs.rate.mul(share) : inputs.rate,
        }),
      )
      return {
        values: Object.assign({}, ...updated.map((each) => each.values)),
        state: Object.assign({}, ...updated.map((each) => each.state)),
      }
    },
  }
}
