import { readFileSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

/** Where a plugin is, or why it cannot be found. */
export type PluginLocation = { readonly url: string } | { readonly fault: string }

/** A path from the config's folder, or a package: one that is installed for that folder, else one of the router's own. */
export function resolvePlugin(name: string, folder: string): PluginLocation {
  if (/^\.{1,2}(\/|$)/.test(name) || isAbsolute(name)) return resolvePath(resolve(folder, name))
  const [, packageName, subpath = ''] = /^((?:@[^/]+\/)?[^/]+)(\/.*)?$/.exec(name) ?? []
  if (packageName === undefined)
    return { fault: 'is neither the name of a package nor a path that begins with "./", "../" or "/"' }
  const installed = findPackage(packageName, folder)
  if (installed !== undefined) return resolveInPackage(installed, subpath)
  try {
    return { url: import.meta.resolve(name) }
  } catch {
    return { fault: 'is not installed: there is no such package in node_modules beside the config or above it' }
  }
}

function resolvePath(path: string): PluginLocation {
  const stats = statSync(path, { throwIfNoEntry: false })
  if (stats === undefined) return { fault: 'there is no such file or folder' }
  return stats.isDirectory() ? resolveInPackage(path, '') : { url: pathToFileURL(path).href }
}

/** As Node looks for packages: in `node_modules` of a folder and of all above it. */
function findPackage(name: string, folder: string): string | undefined {
  const candidate = join(folder, 'node_modules', name)
  if (statSync(join(candidate, 'package.json'), { throwIfNoEntry: false }) !== undefined) return candidate
  const parent = dirname(folder)
  return parent === folder ? undefined : findPackage(name, parent)
}

/**
 * By hand, since Node resolves from another folder than the module's own only for `require`, and that does not see what a
 * package exports for `import`.
 */
function resolveInPackage(folder: string, subpath: string): PluginLocation {
  const exported = exportsOf(folder)
  if (exported === undefined) {
    try {
      return { url: pathToFileURL(createRequire(join(folder, 'package.json')).resolve(join(folder, subpath))).href }
    } catch {
      return { fault: 'has no main file' }
    }
  }
  const file = choose(isSubpaths(exported) ? Reflect.get(exported, `.${subpath}`) : subpath === '' && exported)
  return file === undefined
    ? { fault: 'exports nothing that can be imported by this name' }
    : { url: pathToFileURL(join(folder, file)).href }
}

function exportsOf(folder: string): unknown {
  try {
    const manifest: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    return typeof manifest === 'object' && manifest !== null && 'exports' in manifest ? manifest.exports : undefined
  } catch {
    return undefined
  }
}

const isSubpaths = (exported: unknown): exported is object =>
  typeof exported === 'object' && exported !== null && Object.keys(exported).some((key) => key.startsWith('.'))

/** The first of a package's conditions that holds here. */
function choose(exported: unknown): string | undefined {
  if (typeof exported === 'string') return exported
  if (typeof exported !== 'object' || exported === null) return undefined
  for (const [condition, value] of Object.entries(exported)) {
    const file =
      ['node', 'import', 'module-sync', 'default'].includes(condition) || Array.isArray(exported)
        ? choose(value)
        : undefined
    if (file !== undefined) return file
  }
  return undefined
}
