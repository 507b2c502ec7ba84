/** The engine that was asked for cannot be used here; the message says what was expected and what to do. */
export class EngineUnavailable extends Error {
  override readonly name = "EngineUnavailable"
}
