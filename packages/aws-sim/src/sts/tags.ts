import type { Fault } from '../fault.ts'
import { atMost, length, type Parameter, pattern, required } from './constraints.ts'
import { stsFault } from './errors.ts'
import { type Member, membersOf } from './form.ts'

/** The tags of a session, and which of them its own sessions inherit. */
export interface SessionTags {
  readonly tags: readonly Member[]
  readonly transitive: readonly Member[]
}

export function readTags(form: URLSearchParams): SessionTags {
  return { tags: membersOf(form, 'Tags'), transitive: membersOf(form, 'TransitiveTagKeys') }
}

export function tagParameters({ tags, transitive }: SessionTags): readonly Parameter[] {
  return [
    list('tags', tags, tags.map(keyOf)),
    ...tags.flatMap(({ position, fields }) => [
      text(`tags.${position}.member.key`, fields.get('Key'), [required, ...length(1, 128), pattern(`${TAG}+`)]),
      text(`tags.${position}.member.value`, fields.get('Value'), [required, ...length(0, 256), pattern(`${TAG}*`)]),
    ]),
    list('transitiveTagKeys', transitive, transitive.map(textOf)),
    ...transitive.map((member) =>
      text(`transitiveTagKeys.${member.position}.member`, textOf(member), [...length(1, 128), pattern(`${TAG}+`)]),
    ),
  ]
}

export function refuseTags({ tags, transitive }: SessionTags): Fault | undefined {
  // Tags that differ in case alone are one tag.
  const keys = new Set(tags.map((tag) => keyOf(tag).toLowerCase()))
  if (transitive.every((member) => keys.has(textOf(member).toLowerCase()))) return undefined
  // The wording is inferred.
  return stsFault('ValidationError', 'The specified transitive tag key must be included in the requested tags.')
}

const TAG = '[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]'

// How AWS writes a list inside its message is inferred.
function list(place: string, members: readonly Member[], texts: readonly string[]): Parameter {
  return { place, value: `[${texts.join(', ')}]`, constraints: [atMost(50, members)] }
}

function text(place: string, value: string | undefined, constraints: Parameter['constraints']): Parameter {
  return { place, value: value ?? null, constraints }
}

function keyOf({ fields }: Member): string {
  return fields.get('Key') ?? ''
}

function textOf({ fields }: Member): string {
  return fields.get('') ?? ''
}
