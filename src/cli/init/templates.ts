import { adaptation } from "./templates/adaptation.ts"
import { generation } from "./templates/generation.ts"
import { pairs } from "./templates/pairs.ts"
import { style } from "./templates/style.ts"
import type { Template } from "./templates/template.ts"

/** Every template by the word that asks for it. */
export const templates = { pairs, generation, adaptation, style } as const satisfies Record<string, Template>

export type TemplateName = keyof typeof templates
export const templateNames = Object.keys(templates) as readonly TemplateName[]
