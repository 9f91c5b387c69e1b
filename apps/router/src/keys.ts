import { hash } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { type Caller, MohoError } from '@moho/core'
import { type Access, slug } from '@moho/core/router'

/** A key as it is configured. */
export interface KeySettings {
  readonly name: string
  readonly key: string
  /** Patterns of `entry/model`; `*` stands for any characters. Left out: every model. */
  readonly models?: readonly string[] | undefined
}

/** A caller's key, found. */
export interface Key {
  readonly name: string
  readonly access: Access
}

/** Where else a key may be known: a store's. */
interface MoreKeys {
  find(hash: string): Key | undefined
}

/** Finds keys by their hash: the keys themselves are not kept, and a lookup's time tells nothing about them. */
export function createKeys(
  settings: readonly KeySettings[],
  more?: MoreKeys,
): { authenticate(headers: IncomingHttpHeaders): Key } {
  const keys = new Map<string, Key>(settings.map((configured) => [hashOf(configured.key), keyFor(configured)]))
  return {
    authenticate(headers) {
      const key = keyOf(headers)
      if (key !== undefined) {
        const hash = hashOf(key)
        const found = keys.get(hash) ?? more?.find(hash)
        if (found !== undefined) return found
      }
      const why = key === undefined ? 'A key is missing' : 'This key is not known'
      throw new MohoError(
        'unauthenticated',
        `${why}. Send one of Moho’s keys as \`authorization: Bearer KEY\` or \`x-api-key: KEY\`.`,
      )
    },
  }
}

export const keyFor = ({ name, models }: Pick<KeySettings, 'name' | 'models'>): Key => ({
  name,
  access: accessOf(models),
})

function keyOf(headers: IncomingHttpHeaders): string | undefined {
  const bearer = /^Bearer +(\S+)\s*$/i.exec(headers.authorization ?? '')?.[1]
  const apiKey = headers['x-api-key']
  return bearer ?? (typeof apiKey === 'string' && apiKey !== '' ? apiKey : undefined)
}

/** As the store hashes its own. */
const hashOf = (key: string): string => hash('sha256', key, 'base64url')

/**
 * What has a slash is an entry and its model, whatever the entry calls it; ARNs have slashes of their own. What has none is a name of a
 * model in some list: an id that nobody lists is whatever its caller writes, and would fit any name.
 */
function accessOf(models: readonly string[] | undefined): Access {
  if (models === undefined || models.includes('*')) return { allows: () => true }
  const isOfEntry = (pattern: string) => pattern.includes('/') && !pattern.startsWith('arn:')
  const ofEntries = models.filter(isOfEntry).map(toRegExp)
  const ofModels = models.filter((pattern) => !isOfEntry(pattern)).map(toRegExp)
  return {
    allows(entry, { row, alias, listed }) {
      const names = [row.id, slug(row.id), ...(alias === undefined ? [] : [alias])]
      return (
        names.some((name) => ofEntries.some((pattern) => pattern.test(`${entry}/${name}`))) ||
        (listed && names.some((name) => ofModels.some((pattern) => pattern.test(name))))
      )
    },
  }
}

const toRegExp = (pattern: string): RegExp => new RegExp(`^${pattern.split('*').map(escapePattern).join('.*')}$`, 's')

const escapePattern = (text: string) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')

/** The caller, as guards and observers see it. */
export function callerOf(key: Key, headers: IncomingHttpHeaders): Caller {
  const sent = headers['x-moho-metadata']
  return { key: key.name, metadata: sent === undefined ? {} : readMetadata(String(sent)) }
}

function readMetadata(text: string): Caller['metadata'] {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    value = undefined
  }
  const valid =
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((member) => typeof member === 'string')
  if (!valid)
    throw new MohoError('invalid_request', 'x-moho-metadata must be a JSON object whose values are strings.', {
      param: 'x-moho-metadata',
    })
  return value as Caller['metadata']
}
