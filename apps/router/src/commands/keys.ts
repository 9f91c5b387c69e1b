import { userInfo } from 'node:os'
import type { ListedKey, MadeKey, Store, StoreParts } from '@moho/store'
import type { Flags } from '../cli.ts'
import { ConfigError, formatFault } from '../config/fault.ts'
import { loadConfig } from '../config/load.ts'
import { embeddedStore, openStore, rotateMaster, type StorePlace, storePlace } from '../open-store.ts'
import { table } from '../table.ts'
import { UsageError } from '../usage-error.ts'
import { builtIn, configFile } from './config-file.ts'

/** `moho keys`: callers' keys in the store of a router, which hears of what is changed within a second. */
export async function keys(flags: Flags, [verb = '', name]: readonly string[]): Promise<number> {
  const run = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined
  if (run === undefined) throw new UsageError(`Say what to do: moho keys ${Object.keys(verbs).join(', ')}.`)
  for (const flag of Object.keys(flags))
    if (!run.flags.includes(flag) && flag !== 'config') throw new UsageError(`\`moho keys ${verb}\` has no --${flag}.`)
  if (run.isOfOne !== (name !== undefined))
    throw new UsageError(
      run.isOfOne
        ? `Name the key: moho keys ${verb} NAME.`
        : `\`moho keys ${verb}\` is of all keys, and takes no name.`,
    )
  try {
    return await run.run(await placeOf(flags), flags, name ?? '')
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    for (const fault of error.faults) process.stderr.write(`${formatFault(fault)}\n`)
    return 1
  }
}

interface Verb {
  readonly flags: readonly string[]
  /** Whether it is followed by the name of a key. */
  readonly isOfOne: boolean
  run(place: StorePlace, flags: Flags, name: string): Promise<number>
}

const verbs: Readonly<Record<string, Verb>> = {
  create: {
    flags: ['models', 'team', 'user', 'expires', 'json'],
    isOfOne: true,
    run(place, flags, name) {
      const { models, team, user, expires } = flags
      const settings = {
        name,
        ...(models !== undefined && { models: readPatterns(models) }),
        ...(team !== undefined && { team }),
        ...(user !== undefined && { user }),
        ...(expires !== undefined && { expiresAt: readExpiry(expires) }),
      }
      return within(place, async (store) => {
        const made = await store.together(async (parts) => {
          const made = await parts.keys.create(settings)
          await audit(parts, 'key.create', name, { name, models: made.record.models, expiresAt: made.record.expiresAt })
          return made
        })
        showSecret(made, flags, 'It is shown this once. Keep it where secrets are kept.')
      })
    },
  },
  list: {
    flags: ['json'],
    isOfOne: false,
    run: (place, flags) =>
      within(place, async (store) => {
        const listed = await store.keys.list()
        if (flags.json !== undefined) process.stdout.write(`${JSON.stringify(listed, null, 2)}\n`)
        else if (listed.length === 0) process.stdout.write('There is no key yet. Make one: moho keys create NAME\n')
        else process.stdout.write(`${table(titles, listed.map(rowOf))}\n`)
      }),
  },
  revoke: {
    flags: [],
    isOfOne: true,
    run: (place, _, name) =>
      within(place, async (store) => {
        const { id } = await findKey(store, name)
        await store.together(async (parts) => {
          await parts.keys.revoke(id)
          await audit(parts, 'key.revoke', name)
        })
        process.stdout.write(`${name} is revoked.\n`)
      }),
  },
  rotate: {
    flags: ['grace', 'json'],
    isOfOne: true,
    run(place, flags, name) {
      const graceMs = flags.grace === undefined ? 0 : readDuration(flags.grace, '--grace')
      return within(place, async (store) => {
        const { id } = await findKey(store, name)
        const made = await store.together(async (parts) => {
          const made = await parts.keys.rotate(id, { graceMs })
          await audit(parts, 'key.rotate', name, { graceMs })
          return made
        })
        const old =
          graceMs === 0 ? 'The old one is no longer taken.' : `The old one is taken for another ${flags.grace}.`
        showSecret(made, flags, `It is shown this once. ${old}`)
      })
    },
  },
  'rotate-master': {
    flags: ['to'],
    isOfOne: false,
    async run(place, { to }) {
      const isOfEnvironment = Boolean(place.environment.MOHO_MASTER_KEY)
      if (isOfEnvironment !== (to !== undefined))
        throw new UsageError(
          isOfEnvironment
            ? 'The master key is that of MOHO_MASTER_KEY. Say into which file the new one goes: --to FILE.'
            : 'The master key is kept in a file of its own, which is written anew; --to is for one in MOHO_MASTER_KEY.',
        )
      const old = await rotateMaster(place, to)
      const next =
        old === undefined
          ? `The new master key is in ${to}. Set MOHO_MASTER_KEY to it, and start every router again.`
          : `Start every router again. The old key is in ${old}: backups from before need it.`
      process.stdout.write(`Everything is sealed under a new master key.\n${next}\n`)
      return 0
    },
  },
}

/** The store of the file, or of the environment; where there is no file, that of the embedded default. */
async function placeOf(flags: Flags): Promise<StorePlace> {
  // The file may refer to secrets that this terminal does not have.
  const named = storePlace(undefined, process.env)
  if (named !== undefined) return named
  const file = configFile(flags)
  if (file === undefined) return embeddedStore(process.env)
  const { store } = await loadConfig({ file, environment: process.env, builtIn })
  const place = storePlace(store, process.env)
  if (place !== undefined) return place
  throw new UsageError(
    `${file} names no store. Add \`store: sqlite:.moho/moho.db\` to it, or set MOHO_STORE. The keys in the file itself are changed there.`,
  )
}

async function within(place: StorePlace, run: (store: Store) => Promise<void>): Promise<number> {
  const store = await openStore(place)
  try {
    await run(store)
    return 0
  } finally {
    await store.close()
  }
}

async function findKey(store: Store, name: string): Promise<ListedKey> {
  const listed = await store.keys.list()
  const alive = listed.filter(({ revokedAt }) => revokedAt === undefined)
  const found = alive.find((key) => key.name === name) ?? alive.find(({ id }) => id === name)
  if (found !== undefined) return found
  const was = listed.some((key) => key.name === name || key.id === name)
  throw new Error(was ? `${name} is revoked already.` : `There is no key ${name}. See \`moho keys list\`.`)
}

const audit = (
  { audit }: StoreParts,
  what: string,
  name: string,
  after: Readonly<Record<string, unknown>> = {},
): Promise<void> => audit.append({ who: `terminal:${userName()}`, what, which: `key:${name}`, after })

function userName(): string {
  try {
    return userInfo().username
  } catch {
    // Of a user who has no name, as in many containers.
    return String(process.getuid?.() ?? 'unknown')
  }
}

function showSecret({ key, record }: MadeKey, flags: Flags, words: string): void {
  if (flags.json !== undefined) process.stdout.write(`${JSON.stringify({ ...record, key }, null, 2)}\n`)
  else {
    process.stdout.write(`${key}\n`)
    process.stderr.write(`${words}\n`)
  }
}

const titles = ['name', 'key', 'models', 'team', 'user', 'made', 'until']

function rowOf({ name, models, team, user, createdAt, expiresAt, revokedAt, secrets }: ListedKey): readonly string[] {
  const shown = secrets.map(({ prefix, lastFour }) => `${prefix}…${lastFour}`).join(', ')
  const until =
    revokedAt !== undefined ? `revoked ${day(revokedAt)}` : expiresAt === undefined ? '' : untilOf(expiresAt)
  return [name, shown, models?.join(', ') ?? '*', team ?? '', user ?? '', day(createdAt), until]
}

const untilOf = (time: number): string => (time <= Date.now() ? `expired ${day(time)}` : day(time))
const day = (time: number): string => new Date(time).toISOString().slice(0, 10)

const isPattern = /^(\*|[a-z][a-z0-9._-]*\/[^*]*\*?|arn:[^*]+|[^@*/]+)$/

function readPatterns(text: string): string[] {
  const patterns = text.split(',').map((pattern) => pattern.trim())
  if (patterns.every((pattern) => isPattern.test(pattern))) return patterns
  throw new UsageError(
    '--models is a list of "*", "entry/*", "entry/prefix*", "entry/model" and aliases: "my-aws-bedrock/*,sonnet".',
  )
}

/** A time from now, or a day: the key is good until it begins, in UTC. */
function readExpiry(text: string): number {
  if (/^0+[smhd]$/.test(text)) throw new UsageError('--expires is in the past.')
  if (/^\d{1,6}[smhd]$/.test(text)) return Date.now() + readDuration(text, '--expires')
  const time = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?Z)?$/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== text.slice(0, 10))
    throw new UsageError('--expires is a time from now, as in 90d, or a date, as in 2030-01-31 or 2030-01-31T12:00Z.')
  if (time <= Date.now()) throw new UsageError('--expires is in the past.')
  return time
}

function readDuration(text: string, flag: string): number {
  const [, number, unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? []
  if (number === undefined) throw new UsageError(`${flag} is a number with s, m, h or d, as in 24h.`)
  return Number(number) * (units[unit] ?? 0)
}

const units: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }
