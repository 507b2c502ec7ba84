import { mean } from "@saddlepoint/metrics/maths/statistics/mean"
import { ablationChart, type Curve, type Reference } from "../charts/ablationChart.ts"
import { seriesColour } from "../drawing/palette.ts"
import { controlsLike, controlValue } from "../findings/controls.ts"
import { type Arm, direction, groupsOf, judgedValuesOf, type Study, valuesOf } from "../findings/study.ts"
import { figure, listed } from "../writing/figure.ts"
import { type Html, html } from "../writing/html.ts"
import { absent, armLabel, type Section } from "./section.ts"

/** A field that was varied over numbers, with its curves. */
interface Axis {
  readonly field: string
  readonly words: string
  readonly curves: readonly Curve[]
}

/** Score against every field that was varied over numbers: one small multiple for each metric output. */
export function ablationSection(study: Study): Section {
  const axes = axesOf(study.arms)
  return {
    id: "ablation",
    title: axes.length === 1 ? `Score against ${axes[0]!.words}` : "Ablation",
    body:
      axes.length === 0
        ? absent("No field was varied over at least two numbers, so there is no curve to draw.")
        : html`${axes.map((axis, index) => axisFigures(study, axis, index))}`,
  }
}

/** Every field with at least two numeric values within a family whose other fields stand still. */
function axesOf(arms: readonly Arm[]): Axis[] {
  const fields = [...new Set(arms.flatMap(({ points }) => points.map(({ field }) => field)))]
  return fields.flatMap((field) => {
    const varied = arms.flatMap((arm) => {
      const point = arm.points.find((each) => each.field === field)
      if (point === undefined || point.value === null) return []
      const others = arm.points.filter((each) => each.field !== field)
      const rest = others.map(({ words, text }) => `${words} ${text}`).join(", ")
      return [
        {
          arm,
          x: point.value,
          text: point.text,
          words: point.words,
          curve: rest === "" ? arm.family : `${arm.family} (${rest})`,
        },
      ]
    })
    const curves = groupsOf(varied, ({ curve }) => curve)
      .filter((points) => new Set(points.map(({ x }) => x)).size >= 2)
      .map((points) => ({ label: points[0]!.curve, points: points.toSorted((a, b) => a.x - b.x) }))
    return curves.length === 0 ? [] : [{ field, words: varied[0]!.words, curves }]
  })
}

function axisFigures(study: Study, axis: Axis, index: number): Html {
  const xs = axis.curves.flatMap(({ points }) => points.map(({ x }) => x))
  // Ratios matter for sizes; a log scale needs positive values that span a factor of four.
  const logarithmic = Math.min(...xs) > 0 && Math.max(...xs) >= 4 * Math.min(...xs)
  const curveArms = axis.curves.flatMap(({ points }) => points.map(({ arm }) => arm))
  const figures = study.outputs.map((output, at) => {
    const measured = curveArms.some((arm) => valuesOf(arm, output.name).length > 0)
    const title = html`<h3>${output.name}${output.unit !== "" && ` (${output.unit})`}, ${direction(output)}</h3>`
    if (!measured)
      return html`<figure>${title}<p class="absent">No trial of this axis has a value.</p></figure>`
    const { svg, left } = ablationChart(
      `ablation${index}-${at}`,
      output,
      { words: axis.words, logarithmic },
      axis.curves,
      references(study, output.name, curveArms),
    )
    const room = study.headrooms[output.name]
    return html`<figure>${title}${svg}<figcaption>${left.length > 0 && `Too far off to draw: ${listed(left.map(({ label, value }) => `${label} ${figure(value)}`))}. `}${room?.headroom === false && room.sentence}</figcaption></figure>`
  })
  const curves =
    axis.curves.length > 1
      ? ` Solid: ${axis.curves[0]!.label}; dashed: ${listed(axis.curves.slice(1).map(({ label }) => label))}.`
      : ""
  return html`<p class="how">Every dot is one seed; the short black bar is their mean, joined by the grey line; the coloured bar is the 95 % interval of the mean. Horizontal lines: fixed-loss baselines (solid, mean over seeds), the real images and the blurred control (dashed, dotted).${curves}</p>
<ul class="legend">${[...new Set(curveArms)].map((arm) => html`<li>${armLabel(arm)}</li>`)}</ul>
<div class="multiples">${figures}</div>`
}

/** Fixed-loss baselines, and the controls that were judged like the arms that are drawn. */
function references({ arms, controls }: Study, metric: string, drawn: readonly Arm[]): Reference[] {
  const baselines = arms
    .filter(({ role }) => role === "baseline")
    .flatMap((arm) => {
      const values = valuesOf(arm, metric).map(({ value }) => value)
      const line = { label: arm.label, colour: seriesColour(arm.colour), dash: "solid" as const }
      return values.length === 0 ? [] : [{ ...line, value: mean(values) }]
    })
  const like = controlsLike(
    controls,
    metric,
    drawn.flatMap((arm) => judgedValuesOf(arm, metric)),
  )
  const lines = (["real", "blurred"] as const).flatMap((label) => {
    const value = like && controlValue(like, label, metric)?.value
    const dash = label === "real" ? ("dashed" as const) : ("dotted" as const)
    return value === undefined ? [] : [{ label, value, colour: "muted" as const, dash }]
  })
  return [...baselines, ...lines]
}
