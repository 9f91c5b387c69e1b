import { z } from 'zod'

/**
 * A zod string for one part of a credential, as people paste it: space around it goes, and what no AWS key can look
 * like is refused with a message that says what went wrong and never repeats the text. It may be empty; add `.min(1)`.
 */
export const pasted = (name: string): z.ZodString =>
  z
    .string()
    .trim()
    .superRefine((text, check) => {
      const fault = shapeFault(text)
      if (fault !== undefined) check.addIssue(`The ${name} ${fault}`)
    })

/** AWS promises no prefix and no length, so neither is asked for. */
function shapeFault(text: string): string | undefined {
  if (/^(["'`]).*\1$/s.test(text)) return 'has quotation marks around it. Leave them out.'
  if (/^(bearer|basic)\s/i.test(text)) return 'begins with the name of an HTTP scheme. Leave that out.'
  if (/\s/.test(text))
    return 'has white space in it. Perhaps it was broken over two lines, or something else was pasted with it.'
  if (/[^!-~]/.test(text)) return 'has characters that no AWS key has. Perhaps it was copied from a formatted text.'
  return undefined
}
