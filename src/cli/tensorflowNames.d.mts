export const tensorflowNames: string
