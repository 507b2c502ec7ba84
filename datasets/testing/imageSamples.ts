import sharp from "sharp"

/** Small images of two squares side by side in every way that files may hold them, whether datasets take it or not. */
export async function imageSamples(): Promise<ReadonlyMap<string, Buffer>> {
  const [width, height] = [32, 16]
  const pixels = Buffer.from(
    Array.from({ length: 3 * width * height }, (_, at) => (at * 37 + Math.floor(at / 96) * 11) % 256),
  )
  const image = () => sharp(pixels, { raw: { width, height, channels: 3 } })
  const text = (inner: string) =>
    Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${inner}</svg>`)
  return new Map([
    ["png", await image().png().toBuffer()],
    ["interlaced png", await image().png({ progressive: true }).toBuffer()],
    ["png of a palette", await image().png({ palette: true, colours: 8 }).toBuffer()],
    ["png of 16 bits", await image().toColourspace("rgb16").png().toBuffer()],
    ["grey png", await image().toColourspace("b-w").png().toBuffer()],
    ["transparent png", await image().ensureAlpha(0.5).png().toBuffer()],
    ["png with a profile", await image().withIccProfile("p3").png().toBuffer()],
    ["jpeg", await image().jpeg().toBuffer()],
    ["progressive jpeg", await image().jpeg({ progressive: true }).toBuffer()],
    ["grey jpeg", await image().toColourspace("b-w").jpeg().toBuffer()],
    ["cmyk jpeg", await image().toColourspace("cmyk").jpeg().toBuffer()],
    ["turned jpeg", await image().withMetadata({ orientation: 6 }).jpeg().toBuffer()],
    ["jpeg with a profile", await image().withIccProfile("srgb").jpeg().toBuffer()],
    ["webp", await image().webp().toBuffer()],
    ["lossless webp", await image().webp({ lossless: true }).toBuffer()],
    ["transparent webp", await image().ensureAlpha(0.5).webp().toBuffer()],
    ["gif", await image().gif().toBuffer()],
    ["tiff", await image().tiff().toBuffer()],
    ["deflated tiff", await image().tiff({ compression: "deflate", tile: true }).toBuffer()],
    ["avif", await image().avif({ effort: 0 }).toBuffer()],
    ["svg", text('<rect width="9" height="9" fill="red"/>')],
    ["svg of a file", text('<image href="file:///etc/hostname" width="9" height="9"/>')],
    ["nothing", Buffer.alloc(0)],
    ["text", Buffer.from("no image\n")],
  ])
}
