import type { ConverseCall } from '../call.ts'

/** Rules about what can be read at all. */

// The wording is inferred: AWS's framework often sends none.
export function isMalformed(call: ConverseCall): string | undefined {
  return call.isMalformed ? 'Unable to parse the request body as JSON.' : undefined
}

export function hasWrongType({ shape }: ConverseCall): string | undefined {
  return shape.types[0]
}

// Seen from models' own interfaces; that Converse itself says so of its members is inferred.
export function hasUnknownMember({ shape }: ConverseCall): string | undefined {
  if (shape.unknownMembers.length === 0) return undefined
  return `Malformed input request: ${shape.unknownMembers.join('')}, please reformat your input and try again.`
}

export function hasWrongUnion({ shape }: ConverseCall): string | undefined {
  return shape.unions[0]
}

export function constraintsFail({ shape }: ConverseCall): string | undefined {
  const count = shape.constraints.length
  if (count === 0) return undefined
  return `${count} validation ${count === 1 ? 'error' : 'errors'} detected: ${shape.constraints.join('; ')}`
}
