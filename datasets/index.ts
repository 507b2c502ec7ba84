/** What models learn from: datasets, the seeded loader, contact sheets. */

export { datasets } from "./catalogue.ts"
export { type CmpFacadesOptions, cmpFacades } from "./cmpFacades.ts"
export { type SheetLayout, toPng } from "./contactSheet.ts"
export { facadeClasses } from "./facadeLayout.ts"
export { type FacadesOptions, facadePalette, facades } from "./facades.ts"
export { type GlyphsOptions, glyphs } from "./glyphs.ts"
export { type DataOrder, dataOrder, type LoaderOptions, openLoader } from "./loader.ts"
export { type PairsOptions, pairs } from "./pairs.ts"
