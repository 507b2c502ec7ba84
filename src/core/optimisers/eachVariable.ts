import type { Tensor } from "@saddlepoint/engine/tf"
import type { Named, Optimiser, StateField, UpdateInputs } from "../contracts/optimiser.ts"

/** How one variable is updated, whatever the rest of its group does. */
export interface Rule {
  /** Tensors that it remembers, each of the variable's shape, and their first value. */
  readonly slots: Named<number>
  /** @returns the new value, and those slots that change */
  update(
    at: { readonly value: Tensor; readonly gradient: Tensor },
    slots: Named<Tensor>,
    inputs: UpdateInputs,
  ): { readonly value: Tensor; readonly slots: Named<Tensor> }
}

/** Lifts the rule for one variable to a group; its slots are state named `<variable>/<slot>`. */
export function eachVariable(rule: Rule): Pick<Optimiser, "init" | "update"> {
  const fills = Object.entries(rule.slots)
  const named = (variable: string, slot: string) => `${variable}/${slot}`
  return {
    init(shapes) {
      const fields: Record<string, StateField> = {}
      for (const [variable, shape] of Object.entries(shapes)) {
        for (const [slot, fill] of fills) {
          fields[named(variable, slot)] = { shape, ...(fill === 0 ? {} : { fill }) }
        }
      }
      return fields
    },
    update({ values, gradients }, state, inputs) {
      const nextValues: Record<string, Tensor> = {}
      const nextState: Record<string, Tensor> = {}
      for (const [variable, gradient] of Object.entries(gradients)) {
        const slots = Object.fromEntries(fills.map(([slot]) => [slot, state[named(variable, slot)]!]))
        const next = rule.update({ value: values[variable]!, gradient }, slots, inputs)
        nextValues[variable] = next.value
        for (const [slot, tensor] of Object.entries(next.slots)) nextState[named(variable, slot)] = tensor
      }
      return { values: nextValues, state: nextState }
    },
  }
}
