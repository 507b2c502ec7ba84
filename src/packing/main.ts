/** `npm run build`: the packages in `dist/`, ready for `npm pack`. */
import { join, relative } from "node:path"
import { buildPackages, root } from "./buildPackages.ts"

for (const folder of await buildPackages(join(root, "dist"))) console.log(relative(root, folder))
