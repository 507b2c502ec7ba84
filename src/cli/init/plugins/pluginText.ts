/** A plug-in to begin with. */
export interface PluginText {
  /** One line for help and menus. */
  readonly about: string
  /** The file `NAME.ts`: it runs, and keeps the laws of its kind. */
  text(name: string): string
  /** Where an experiment puts it, as code. */
  place(name: string): string
}
