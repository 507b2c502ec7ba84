import type { Confusion } from "@saddlepoint/metrics/maths/adaptation/confusion"
import { css } from "../drawing/palette.ts"
import { escaped, type Html, markup } from "../writing/html.ts"

const SIZE = 400
const LEFT = 62
const TOP = 44
/** With more classes than this, cells are too small for numbers. */
const MOST_NUMBERED = 12
/** Shade of a whole row in one cell, weak enough for numbers to be read on it in both themes. */
const STRONGEST = 0.5
/** Names longer than this are cut. */
const LONGEST_NAME = 6

/** Counts by label (row) and answer (column), each row shaded by its shares, which stand in the cells as whole percent. */
export function confusionMap({ classes, counts }: Confusion, names: readonly string[], about: string): Html {
  const side = (SIZE - LEFT - 6) / classes
  const height = TOP + side * classes + 6
  const place = (at: number) => Number(at.toFixed(1))
  const cells: string[] = []
  for (let label = 0; label < classes; label++) {
    const row = counts.subarray(label * classes, (label + 1) * classes)
    const total = row.reduce((sum, count) => sum + count, 0)
    for (let answer = 0; answer < classes; answer++) {
      const share = total === 0 ? 0 : row[answer]! / total
      const [x, y] = [LEFT + side * answer, TOP + side * label]
      if (share > 0) {
        cells.push(
          `<rect x="${place(x)}" y="${place(y)}" width="${place(side - 1)}" height="${place(side - 1)}" fill="${css(answer === label ? "good" : "bad")}" fill-opacity="${Number((0.06 + STRONGEST * share).toFixed(2))}"/>`,
        )
      }
      const percent = Math.round(100 * share)
      if (percent === 0 || classes > MOST_NUMBERED) continue
      cells.push(
        `<text x="${place(x + side / 2)}" y="${place(y + side / 2 + 4)}" text-anchor="middle" font-size="12" fill="${css("ink")}">${percent}</text>`,
      )
    }
  }
  const text = (x: number, y: number, anchor: string, words: string) =>
    `<text x="${place(x)}" y="${place(y)}" text-anchor="${anchor}" font-size="12" fill="${css("muted")}">${escaped(words)}</text>`
  const shown =
    classes > 2 * MOST_NUMBERED
      ? []
      : names.map((name) => (name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME - 1)}…` : name))
  const labels = shown.flatMap((name, at) => [
    text(LEFT - 8, TOP + side * (at + 0.5) + 4, "end", name),
    text(LEFT + side * (at + 0.5), TOP - 7, "middle", name),
  ])
  return markup(
    `<svg class="chart" viewBox="0 0 ${SIZE} ${place(height)}" role="img" aria-label="${escaped(alternative(counts, names, about))}"><rect x="${LEFT}" y="${TOP}" width="${place(side * classes - 1)}" height="${place(side * classes - 1)}" fill="${css("raised")}"/>${cells.join("")}${labels.join("")}${text(LEFT, 14, "start", "answered")}${text(2, 14, "start", "is")}</svg>`,
  )
}

function alternative(counts: Float64Array, names: readonly string[], about: string): string {
  const said = names.map((name, label) => {
    const row = [...counts.subarray(label * names.length, (label + 1) * names.length)]
    const total = row.reduce((sum, count) => sum + count, 0)
    if (total === 0) return `${name} has no images`
    const most = row.indexOf(Math.max(...row))
    return `${name} is answered ${names[most]} in ${Math.round((100 * row[most]!) / total)} %`
  })
  return `${about}, most frequent answer by class: ${said.join(", ")}.`
}
