import { definitions } from "./definitions.ts"
import type { Subject } from "./subject.ts"

/** Everything that users give, by the name of its flag. */
export const subjects: Readonly<Record<string, Subject>> = { definitions }
