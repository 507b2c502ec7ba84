import { pathToFileURL } from "node:url"
import { answerRequest } from "./answerRequest.ts"

await answerRequest((file) => import(pathToFileURL(file).href))
