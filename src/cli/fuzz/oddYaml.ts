import type { Stream } from "@saddlepoint/engine/random"
import { oneOf } from "./mutateBytes.ts"

/** Changes of a definition's YAML text, beyond what happens to bytes. */
const changes: Readonly<Record<string, (text: string, draw: Stream) => string | Buffer>> = {
  "alias bomb": (text) => `${text}\n${bomb(10)}`,
  "merged alias bomb": (text) => `${text}\nm0: &m0 {a: 1}\n${merges(12)}`,
  "alias of itself": (text) => `${text}\nself: &self [*self]`,
  "alias of nothing": (text, draw) => atLine(text, draw, "more: *nobody"),
  tag: (text, draw) => afterColon(text, draw, (value) => ` ${oneOf(draw, tags)}${value}`),
  "merge key": (text, draw) =>
    atLine(text, draw, oneOf(draw, ["<<: 3", "<<: [1, 2]", "<<: {seeds: 3}", "<<: *x"])),
  "explicit key": (text, draw) =>
    atLine(text, draw, oneOf(draw, ["? [a, b]\n: 1", "? {a: 1}\n: 2", "? \n: 3", "? &a x\n: *a"])),
  "odd key": (text, draw) =>
    atLine(
      text,
      draw,
      oneOf(draw, [
        "1: 2",
        "null: 1",
        "true: no",
        ".nan: 1",
        "~: 1",
        "'': 1",
        "__proto__: {seeds: 1}",
        "2001-01-01: 1",
        "!!binary aGk=: 1",
      ]),
    ),
  "odd number": (text, draw) => afterColon(text, draw, () => ` ${oneOf(draw, numbers)}`),
  directive: (text, draw) =>
    `${oneOf(draw, ["%YAML 1.1", "%YAML 9.9", "%TAG ! tag:x,2000:", "%FOO", "%YAML 1.1\n%YAML 1.1"])}\n---\n${text}`,
  "several documents": (text) => `${text}\n---\n${text}\n...\n`,
  tabs: (text, draw) => text.replaceAll(oneOf(draw, ["  ", ": ", "- "]), "\t"),
  "no spaces": (text) => text.replaceAll(": ", ":"),
  "block text": (text, draw) =>
    afterColon(text, draw, (value) => ` ${oneOf(draw, ["|", ">", "|9", ">-+", "|0"])}\n${value}`),
  BOM: (text) => `\ufeff${text}`,
  "BOM within": (text, draw) => atLine(text, draw, "\ufeffmore: 1"),
  "UTF-16": (text) => Buffer.from(`\ufeff${text}`, "utf16le"),
  "UTF-16 without BOM": (text) => Buffer.from(text, "utf16le"),
  "Latin-1": (text) => Buffer.from(`${text}\n# \u00e9\u00ff`, "latin1"),
  "CR lines": (text) => text.replaceAll("\n", "\r"),
  "other line ends": (text, draw) => text.replaceAll("\n", oneOf(draw, ["\u2028", "\u0085", "\v", "\n\r"])),
  "line twice": (text, draw) => {
    const lines = text.split("\n")
    const at = draw.integer(lines.length)
    return [...lines.slice(0, at + 1), ...lines.slice(at)].join("\n")
  },
  "line less": (text, draw) => {
    const lines = text.split("\n")
    const at = draw.integer(lines.length)
    return lines.filter((_, index) => index !== at).join("\n")
  },
  "other indent": (text, draw) => {
    const lines = text.split("\n")
    const at = draw.integer(lines.length)
    return lines
      .map((line, index) => (index === at ? `${" ".repeat(draw.integer(9))}${line.trim()}` : line))
      .join("\n")
  },
  "deep block": (text) =>
    `${text}\n${Array.from({ length: 1500 }, (_, depth) => `${" ".repeat(depth)}a:`).join("\n")} 1`,
  "deep flow": (text, draw) =>
    `${text}\nmore: ${oneOf(draw, ["[", "{a: ", "- ", "? ", "!x "]).repeat(oneOf(draw, [120, 5000, 50_000]))}`,
  "many keys": (text) => `${text}\n${Array.from({ length: 2000 }, (_, index) => `k${index}: 1`).join("\n")}`,
  "many comments": (text) => `${text}\n${"# nothing\n".repeat(20_000)}`,
  "long line": (text, draw) =>
    `${text}\nmore: ${oneOf(draw, ["x", "x ", "'", '"', "\\", "&a ", "*a ", "#", "🙂"]).repeat(20_000)}`,
  nothing: (_, draw) =>
    oneOf(draw, [
      "",
      " ",
      "\n\n",
      "---",
      "...",
      "# only this",
      "null",
      "~",
      "3",
      "text",
      "[]",
      "{}",
      "\0",
      "%",
      "@",
      "`",
      "\ufeff",
      "!!js/function 'x'",
    ]),
}

const tags = [
  "!!js/function",
  "!!js/regexp",
  "!!js/undefined",
  "!!python/object/apply:os.system",
  "!!binary",
  "!!timestamp",
  "!!set",
  "!!omap",
  "!!pairs",
  "!!float",
  "!!int",
  "!!str",
  "!!null",
  "!!bool",
  "!!map",
  "!!seq",
  "!!merge",
  "!<tag:yaml.org,2002:binary>",
  "!local",
  "!",
  "!!",
  "!a!b",
  "&a",
  "*a",
  "&a &b",
]

const numbers = [
  ".nan",
  ".inf",
  "-.inf",
  ".NaN",
  "0x1F",
  "0o17",
  "1_000",
  "1e400",
  "-1e400",
  "1e",
  "+1",
  "0b1",
  "190:20:30",
  "1.",
  ".5",
  "2001-12-14t21:59:43.10-05:00",
  "~",
  "yes",
  "0x",
  "9".repeat(400),
  `1${"0".repeat(5000)}`,
]

/** Aliases that multiply tenfold at each of some levels. */
function bomb(levels: number): string {
  const lines = Array.from({ length: levels }, (_, level) => {
    const inner = level === 0 ? Array<string>(10).fill("x") : Array<string>(10).fill(`*b${level - 1}`)
    return `b${level}: &b${level} [${inner.join(", ")}]`
  })
  return lines.join("\n")
}

function merges(levels: number): string {
  return Array.from(
    { length: levels },
    (_, level) =>
      `m${level + 1}: &m${level + 1} {<<: [*m${level}, *m${level}, *m${level}], k${level}: *m${level}}`,
  ).join("\n")
}

function atLine(text: string, draw: Stream, more: string): string {
  const lines = text.split("\n")
  const at = draw.integer(lines.length)
  const indent = /^ */.exec(lines[at]!)![0]
  const added = more.split("\n").map((line) => `${indent}${line}`)
  return [...lines.slice(0, at), ...added, ...lines.slice(at)].join("\n")
}

function afterColon(text: string, draw: Stream, change: (value: string) => string): string {
  const lines = text.split("\n")
  const at = draw.integer(lines.length)
  return lines
    .map((line, index) =>
      index === at ? line.replace(/:(.*)$/, (_, value: string) => `:${change(value)}`) : line,
    )
    .join("\n")
}

/** The bytes of a YAML text with one change, which is the kind. */
export function oddYaml(text: string, draw: Stream): { readonly bytes: Buffer; readonly kind: string } {
  const kind = oneOf(draw, Object.keys(changes))
  const changed = changes[kind]!(text, draw)
  return { bytes: typeof changed === "string" ? Buffer.from(changed) : changed, kind }
}
