import { basename, resolve } from "node:path"
import { reachedFrom } from "./command.ts"
import { type TemplateName, templates } from "./templates.ts"

/** What a project is made of. */
export interface Project {
  readonly folder: string
  readonly template: TemplateName
  /** Folders of the user's own data, as the experiment is to name them; none for generated data. */
  readonly data: readonly string[]
}

/** The files of a new project, by name, with what each holds. */
export function projectFiles({ folder, template, data }: Project): Readonly<Record<string, string>> {
  const { terminal, script, types } = reachedFrom(folder)
  const scripts = {
    plan: `${script} plan experiment.ts`,
    quick: `${script} run experiment.ts --profile quick`,
    start: `${script} run experiment.ts`,
  }
  const named = packageName(basename(resolve(folder)))
  const manifest = { name: named, version: "0.0.0", private: true, type: "module", scripts }
  return {
    "package.json": pretty(manifest),
    "tsconfig.json": pretty({ extends: types }),
    ".gitignore": "node_modules\nruns\n",
    ...templates[template].files(data),
    "README.md": readme(template, data.length > 0, terminal),
  }
}

function readme(template: TemplateName, own: boolean, call: string): string {
  const { about, folders, layout } = templates[template]
  return `# ${about}

\`\`\`
npm run plan     # trials, what they take, what the data are and what is wrong with them
npm run quick    # a first look
npm start        # the answer; kill it at any time and start it again
\`\`\`

The page lies in \`runs/${template}/reports\`, and every result in \`runs\`. \`${call} show experiment.ts\` prints all that the experiment
decides, with every default; \`${call} --help\` names the other commands.

## Your own data

${layout} Images are png, jpg, jpeg, jfif, webp, tif, bmp or gif of any size.
${own ? "`experiment.ts` says where they lie, seen from this folder." : `\`${call} init another-folder --template ${template}${` --data FOLDER`.repeat(folders.fewest)}\` makes this experiment for ${folders.words}.`}

## Your own parts

\`${call} init loss NAME\` writes \`NAME.ts\`, a loss that runs and whose laws hold, to begin with; so do \`init metric\`, \`dataset\`,
\`model\`, \`method\` and \`strategy\`.
`
}

/** npm's rules for names. */
function packageName(name: string): string {
  const bare = name
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, "-")
    .replace(/^-+|-+$/g, "")
  return bare === "" ? "experiment" : bare
}

const pretty = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`
