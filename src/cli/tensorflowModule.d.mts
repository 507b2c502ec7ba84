export function tensorflowModule(url: string): string
export const tensorflowNames: string
