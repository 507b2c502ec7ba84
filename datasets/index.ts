/** What models learn from: datasets, the seeded loader, contact sheets. */

export { datasets } from "./catalogue.ts"
export { cmpFacades, type CmpFacadesOptions } from "./cmpFacades.ts"
export { type SheetLayout, toPng } from "./contactSheet.ts"
export { facades, type FacadesOptions, facadePalette } from "./facades.ts"
export { facadeClasses } from "./facadeLayout.ts"
export { type DataOrder, dataOrder, type LoaderOptions, openLoader } from "./loader.ts"
export { pairs, type PairsOptions } from "./pairs.ts"
