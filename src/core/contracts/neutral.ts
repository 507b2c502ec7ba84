/**
 * Characters that do not show as they are: control characters, which a terminal obeys, and marks that turn the direction of writing or take
 * no room (Unicode's categories Cc and Cf, but for the joiners of scripts and emoji), and line breaks that only some see. Line breaks and tabs are no such.
 */
export const hidden = /(?![\n\t\u200c\u200d])[\p{Cc}\p{Cf}\u2028\u2029]/gu

/** A text for terminals and files, in which hidden characters are told as `\u202e`, as JSON may have them. */
export function neutral(text: string): string {
  return text.replace(hidden, (character) =>
    Array.from({ length: character.length }, (_, at) => {
      const code = character.charCodeAt(at).toString(16).padStart(4, "0")
      return `\\u${code}`
    }).join(""),
  )
}

/** A user's text as it stands in a sentence: in quotes, in one line, hidden characters told, and cut where it is long. */
export function quoted(text: string, most = 60): string {
  return neutral(JSON.stringify(text.length <= most ? text : `${text.slice(0, most - 3)}...`))
}
