import { mkdir } from "node:fs/promises"
import { join } from "node:path"
import sharp from "sharp"
import { renderFacade } from "../facades.ts"

/** Writes a sub-folder of `count` different RGB images of 32 x 24 pixels for each class; those of another `from` are others. */
export async function writeClassFolders(
  folder: string,
  classes: readonly string[],
  count: number,
  from = 0,
): Promise<void> {
  for (const [label, name] of classes.entries()) {
    await mkdir(join(folder, name), { recursive: true })
    for (let index = 0; index < count; index++) {
      const { target } = renderFacade({ size: 32, seed: 7 }, "train", from + label * count + index)
      await sharp(target, { raw: { width: 32, height: 32, channels: 3 } })
        .extract({ left: 0, top: 0, width: 32, height: 24 })
        .png()
        .toFile(join(folder, name, `${index}.png`))
    }
  }
}
