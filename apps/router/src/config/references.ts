// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is how a config refers to the environment
/** The environment that a config may read. */
export type Environment = Readonly<Record<string, string | undefined>>

/** A variable's value; `undefined` where it is not set. */
export const variable = (environment: Environment, name: string): string | undefined =>
  Object.hasOwn(environment, name) ? environment[name] : undefined

export interface Expansion {
  readonly text: string
  /** Whether there was a reference, and it could be filled. */
  readonly filled: boolean
  /** What came out of the environment, each once. */
  readonly values: readonly string[]
  /** What is wrong with its references. */
  readonly faults: readonly string[]
}

/**
 * Fills `${NAME}` and `${NAME:-default}`; as in a shell, the default is for an empty variable too. `$${` is a literal `${`.
 * What a variable holds is not expanded again.
 */
export function expand(text: string, environment: Environment): Expansion {
  const values = new Set<string>()
  const faults = new Set<string>()
  let references = 0
  // As a shell has it. Taken for what it is, it would be a key that everybody can guess.
  if (/^\$[a-z_]\w*$/i.test(text)) faults.add('looks like a variable; write ${NAME}, with braces')
  const expanded = text.replace(
    /\$\$\{|\$\{([^}]*)(\}?)/g,
    (written, body: string | undefined, end: string | undefined) => {
      if (body === undefined) return '${'
      const [, name, fallback] = /^([a-z_]\w*)(?::-(.*))?$/is.exec(body) ?? []
      if (name === undefined || end === '' || fallback?.includes('${')) {
        faults.add('has a "${" that begins no reference; write ${NAME} or ${NAME:-default}, or $${ for a literal ${')
        return written
      }
      references += 1
      const value = variable(environment, name)
      if (value !== undefined && (value !== '' || fallback === undefined)) {
        values.add(value)
        return value
      }
      if (fallback === undefined)
        faults.add(`the environment variable ${name} is not set; set it, or write \${${name}:-default}`)
      return fallback ?? written
    },
  )
  return { text: expanded, filled: references > 0 && faults.size === 0, values: [...values], faults: [...faults] }
}

const marks = '{}[],:#&*'
const firstStandIn = 0xfdd0

/**
 * In `{ key: ${KEY} }` YAML would take the braces for its own. So while it is parsed, each mark of a reference is replaced by a
 * code point that no text has (U+FDD0 and on are set aside for such use). The length stays, and so do lines and columns.
 */
export const shield = (text: string): string =>
  text.replace(/\$\{(?:[a-z_]\w*:-[^}\n]*|[^}\n'"]*)\}/gi, (reference) =>
    reference.replace(/[{}[\],:#&*]/g, (mark) => String.fromCharCode(firstStandIn + marks.indexOf(mark))),
  )

/** Undoes `shield` in one scalar. */
export const unshield = (text: string): string =>
  text.replace(/[\ufdd0-\ufdd8]/g, (standIn) => marks.charAt(standIn.charCodeAt(0) - firstStandIn))
