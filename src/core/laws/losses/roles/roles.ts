import type { Role } from "../../../contracts/loss.ts"
import { adversarial } from "./adversarial.ts"
import { classification } from "./classification.ts"
import { critic } from "./critic.ts"
import { domains } from "./domains.ts"
import { features } from "./features.ts"
import { reconstruction } from "./reconstruction.ts"
import { regulariser } from "./regulariser.ts"
import type { RoleExamples } from "./role.ts"

/** How examples are drawn for the losses of each role. */
export const roles: { readonly [R in Role]: RoleExamples<R> } = {
  reconstruction,
  features,
  adversarial,
  critic,
  classification,
  domains,
  regulariser,
}
