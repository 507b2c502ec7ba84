import type { Json, JsonObject } from "@saddlepoint/core/contracts/json"

/** A definition as it was frozen: `STORE/<experiment>/registrations/<number>.json`. Never changed afterwards. */
export interface Registration {
  /** From 2 on the file is sealed. */
  readonly schema: 1 | 2
  readonly number: number
  /** ISO 8601, UTC. */
  readonly date: string
  readonly profile?: string
  /** Hash of `definition`, 64 hex digits. */
  readonly hash: string
  readonly by: "plan" | "run"
  /** Trials that had a result at that time: of this very plan's arms, and of the whole experiment under any definition. */
  readonly resultsBefore: { readonly plan: number; readonly experiment: number }
  readonly definition: JsonObject
}

/** One difference of two definitions. `before` is absent for what was added, `after` for what was removed. */
export interface Change {
  /** As a definition writes it, e.g. `arms.gan.budget.steps`; `arms.*` when all arms that both have changed alike. */
  readonly path: string
  readonly before?: Json
  readonly after?: Json
}

/** How a plan stands to what was registered. */
export interface RegistrationState {
  /** The registration of the plan's own definition. */
  readonly own?: Registration
  /** The first registration of the plan's profile, where its definition is another one than the plan's. */
  readonly first?: Registration
  /** From `first` to the plan. */
  readonly changes: readonly Change[]
  /** One sentence for every registration that is damaged. */
  readonly damaged: readonly string[]
}
