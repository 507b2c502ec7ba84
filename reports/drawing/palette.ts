/** Colours by role, light and dark. Series colours follow Okabe and Ito (2008), darkened or lightened for contrast. */
export const palette = {
  ink: ["#1c2330", "#e6e9ef"],
  muted: ["#5b6472", "#a3adbb"],
  line: ["#d9dde4", "#343b47"],
  surface: ["#ffffff", "#14181f"],
  raised: ["#f5f6f8", "#1c222b"],
  band: ["#e3e7ee", "#2b3340"],
  good: ["#00694b", "#5fd3a9"],
  bad: ["#a83a00", "#ff9f6e"],
  accent: ["#0a5c9e", "#7dbdf2"],
  s0: ["#b84a00", "#ff9a5c"],
  s1: ["#00794f", "#4cc9a0"],
  s2: ["#0067a8", "#63b3f0"],
  s3: ["#9c3f78", "#ea9cc9"],
  s4: ["#8a6400", "#ecc04a"],
  s5: ["#2f7f96", "#8fd8e8"],
  s6: ["#5a4bb0", "#b5a9ff"],
  s7: ["#4d5562", "#c3cad4"],
} as const satisfies Record<string, readonly [light: string, dark: string]>

export type Colour = keyof typeof palette

const names = Object.keys(palette) as Colour[]
const SERIES = names.filter((name) => /^s\d$/.test(name))

/** The colour of the n-th arm, as a role. */
export function seriesColour(index: number): Colour {
  return SERIES[index % SERIES.length]!
}

/** Dash pattern of the n-th arm: solid for the first eight, then dashed, then dotted, as colours repeat. */
export function seriesDash(index: number): "solid" | "dashed" | "dotted" {
  return (["solid", "dashed", "dotted"] as const)[Math.floor(index / SERIES.length) % 3]!
}

/** The colour as CSS. */
export function css(colour: Colour): string {
  return `var(--${colour})`
}

/** A stand-in that a charting library takes for a colour; `themed` turns it into the CSS variable. */
export function standIn(colour: Colour): string {
  return `#fe01${(names.indexOf(colour) + 16).toString(16)}`
}

/** Replaces stand-ins, so that a chart follows the page's light or dark theme. */
export function themed(svg: string): string {
  return svg.replace(/#fe01([0-9a-f]{2})/g, (all, index: string) => {
    const name = names[Number.parseInt(index, 16) - 16]
    return name === undefined ? all : css(name)
  })
}

/** The custom properties of one theme. */
export function customProperties(theme: "light" | "dark"): string {
  return names.map((name) => `--${name}:${palette[name][theme === "light" ? 0 : 1]}`).join(";")
}
