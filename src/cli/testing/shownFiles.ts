/** The files that a page in Markdown shows, by name: blocks that begin with a name behind their language, as in "```ts huber.ts". */
export function shownFiles(page: string): Readonly<Record<string, string>> {
  const blocks = page.matchAll(/^```(?:ts|json) (\S+\.(?:ts|json))\n([\s\S]*?)^```$/gm)
  return Object.fromEntries([...blocks].map(([, name, text]) => [name!, text!]))
}
