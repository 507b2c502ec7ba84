import { answerRequest } from "./answerRequest.ts"
import { openDefinition } from "./definitionFile.ts"

await answerRequest(async (definition) => (await openDefinition(definition)).plugins)
