import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { arch, cpus, platform, release, totalmem } from 'node:os'
import { join } from 'node:path'

/** What a result depends on: the machine, the versions and the commit. */
export function describeCircumstances(pinned: boolean) {
  const { dependencies } = JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8'))
  return {
    time: new Date().toISOString(),
    machine: {
      cpu: cpus()[0]?.model ?? 'unknown',
      cores: cpus().length,
      memoryGiB: Math.round(totalmem() / 2 ** 30),
      system: `${platform()} ${release()} ${arch()}`,
      /** Whether the gateway had a core to itself, apart from the load generator and the upstream. */
      pinned,
    },
    versions: { node: process.versions.node, ...dependencies } as Readonly<Record<string, string>>,
    commit: git('rev-parse', 'HEAD'),
    /** Whether files had been changed since that commit. */
    changed: git('status', '--porcelain', '--', 'apps', 'packages') !== '',
  }
}

function git(...args: string[]): string {
  try {
    return execFileSync('git', args, {
      cwd: join(import.meta.dirname, '../..'),
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim()
  } catch {
    return 'unknown'
  }
}
