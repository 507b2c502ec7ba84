// Module hooks for a user's own files. Runs in Node's loader thread.
const framework = new URL("./main.ts", import.meta.url).href

/** Packages that a user's file may import from wherever it lies: Saddlepoint's own, and what it is written with. */
const shared = /^(@saddlepoint\/|effect$|effect\/|fast-check$|vitest$)/

export async function resolve(specifier, context, next) {
  const resolved = await next(specifier, context).catch((error) => {
    if (error?.code !== "ERR_MODULE_NOT_FOUND" || !shared.test(specifier)) throw error
    return next(specifier, { ...context, parentURL: framework }).catch(() => {
      const message = `there is no module ${specifier}; correct the import`
      throw Object.assign(new Error(message), { code: "ERR_MODULE_NOT_FOUND" })
    })
  })
  // A lone .ts file without a package.json would count as CommonJS; every file here is a module.
  const isSource = resolved.url.startsWith("file:") && /\.ts(\?|$)/.test(resolved.url)
  return isSource ? { ...resolved, format: "module" } : resolved
}
