/** What the code of a trial was kept from while it learnt and answered, as the manifest tells. */
export interface Confinement {
  /** Datasets, the folders of their files, and the run store. */
  readonly data: "closed" | "open"
  /** All other files but the program's, the system's and those of the user's own project. */
  readonly files: "closed" | "open"
  /** The network, other processes and threads. */
  readonly network: "closed" | "open"
}

/** Of trials that were played with `--unconfined`, and of those from before there was anything else. */
export const unconfined: Confinement = { data: "open", files: "open", network: "open" }
