/** What a player tells its layers at each call. */
export interface CallArguments {
  readonly training?: boolean
  /** Which application of the player within the step this is, from 0: applications to other inputs differ. */
  readonly application?: number
  /** Whether the player was trained on the same inputs in this step before: what an application changes is changed then. */
  readonly repeated?: boolean
}
