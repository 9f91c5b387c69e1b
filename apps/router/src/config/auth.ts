import type { CredentialKind } from '@moho/core'
import { check } from './check.ts'
import { type Filling, fill } from './fill.ts'
import { isMap } from './members.ts'
import { choice, mustBe } from './nearest.ts'
import type { Path } from './path.ts'
import type { Review } from './review.ts'

export interface Auth {
  readonly credentialKind: CredentialKind<unknown>
  readonly authSettings: Readonly<Record<string, unknown>>
}

/** How an entry signs in: the kind that `auth.type` names, and its settings. `fillings` begin below `auth`. */
export function readAuth(
  auth: unknown,
  kinds: readonly CredentialKind<unknown>[],
  fillings: readonly Filling[],
  path: Path,
  review: Review,
): Auth | undefined {
  const types = choice(kinds.map(({ type }) => type))
  if (auth === undefined) return fromEnvironment(kinds, fillings, path, review)
  if (!isMap(auth)) {
    review.add(path, `must be a map with a type: ${types}`)
    return undefined
  }
  const { type, ...written } = auth
  const kind = kinds.find((candidate) => candidate.type === type)
  if (kind === undefined) return noSuchType(type, kinds, path, review)

  const own = fillings.filter((filling) => belongsTo(kind, filling))
  // All or none: half a credential from here and half from there is the key of nobody.
  const isSilent = own.every((filling) => fill(written, filling.path, filling.value) !== undefined)
  return readSettings(kind, written, isSilent ? own : [], path, review)
}

function noSuchType(type: unknown, kinds: readonly CredentialKind<unknown>[], path: Path, review: Review): undefined {
  const known = kinds.map((kind) => kind.type)
  const at = [...path, 'type']
  if (type === undefined) review.add(at, `is missing; it is ${choice(known)}`)
  else review.add(at, mustBe(known, type))
}

/** Without `auth`, variables choose the kind, but only if they hold all that it needs, and there is one such kind. */
function fromEnvironment(
  kinds: readonly CredentialKind<unknown>[],
  fillings: readonly Filling[],
  path: Path,
  review: Review,
): Auth | undefined {
  const able = kinds.flatMap((kind) => {
    const own = fillings.filter((filling) => belongsTo(kind, filling))
    return own.length > 0 && isEnough(kind, own) ? [{ kind, own }] : []
  })
  const [first, ...others] = able
  if (first === undefined) {
    review.add(path, `is missing; its type is ${choice(kinds.map(({ type }) => type))}`)
    return undefined
  }
  if (others.length > 0) {
    const variables = [...new Set(able.flatMap(({ own }) => own.map(({ variable }) => variable)))].join(', ')
    const types = choice(able.map(({ kind }) => kind.type))
    review.add(
      path,
      `is missing, and the environment (${variables}) would do for more than one type; write the type: ${types}`,
    )
    return undefined
  }
  return readSettings(first.kind, {}, first.own, path, review)
}

function readSettings(
  kind: CredentialKind<unknown>,
  written: Readonly<Record<string, unknown>>,
  fillings: readonly Filling[],
  path: Path,
  review: Review,
): Auth | undefined {
  for (const filling of fillings) review.fill([...path, ...filling.path], filling.variable, filling.value)
  const authSettings = check(kind.settings, filled(written, fillings), path, review, ['type'])
  return authSettings && { credentialKind: kind, authSettings }
}

function isEnough(kind: CredentialKind<unknown>, fillings: readonly Filling[]): boolean {
  try {
    return kind.settings.safeParse(filled({}, fillings)).success
  } catch {
    return false
  }
}

const belongsTo = ({ settings }: CredentialKind<unknown>, { path: [name] }: Filling) =>
  name !== undefined && Object.hasOwn(settings.shape, name)

const filled = (map: Readonly<Record<string, unknown>>, fillings: readonly Filling[]) =>
  fillings.reduce((sofar, { path, value }) => fill(sofar, path, value) ?? sofar, map)
