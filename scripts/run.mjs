// Bootstraps the workspace with nothing but Node 20 and npm: installs what is missing, builds what changed, then does what was asked.
// Everything after the install runs on the Node that package.json pins.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const pythonTest = new URL('../apps/router/test/python/run.ts', import.meta.url)
const models = new URL('../packages/provider-bedrock/scripts/models.ts', import.meta.url)
const bin = join(root, 'node_modules', '.bin')
const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

// The pinned tools come first: among them Node itself.
const environment = {
  ...process.env,
  PATH: bin + delimiter + process.env.PATH,
  TURBO_TELEMETRY_DISABLED: '1',
  DO_NOT_TRACK: '1',
}

const tasks = {
  start() {
    prepare()
    moho(['serve', ...process.argv.slice(3)])
  },
  moho() {
    prepare()
    moho(process.argv.slice(3))
  },
  build,
  lint() {
    install()
    turbo('lint')
  },
  test() {
    install()
    run('biome', ['ci', '.'])
    run('knip', [])
    turbo('build', 'typecheck', 'lint', 'test')
  },
  'test:python'() {
    install()
    run('node', ['--conditions=moho-source', fileURLToPath(pythonTest)])
  },
  models() {
    install()
    // The caller's folder, so that files there are found.
    const args = ['--conditions=moho-source', fileURLToPath(models), ...process.argv.slice(3)]
    run('node', args, process.env.INIT_CWD ?? root)
  },
  bench() {
    build()
    // What it compares with is no dependency of anybody else: it has a lockfile of its own.
    install(join(root, 'bench'), ['--ignore-workspace'])
    run('node', [join(root, 'bench/main.ts'), ...process.argv.slice(3)])
  },
}

const task = tasks[process.argv[2]]
if (task === undefined) throw new Error(`There is no task ${process.argv[2]}.`)
task()

function build() {
  install()
  turbo('build')
}

/** A build that is heard of only where something is to be built, or goes wrong. */
function prepare() {
  install()
  const args = ['run', 'build', '--output-logs=errors-only', '--concurrency=2']
  const built = spawnSync('turbo', args, { cwd: root, encoding: 'utf8', env: environment })
  if (built.error) throw built.error
  if (built.status === 0) return
  process.stderr.write(built.stdout + built.stderr)
  process.exit(built.status ?? 1)
}

/** Runs only when the lockfile is not the one that node_modules was made from, so that a second start needs no network. */
function install(folder = root, flags = []) {
  const stamp = join(folder, 'node_modules', '.moho-installed')
  const wanted = createHash('sha256')
    .update(readFileSync(join(folder, 'pnpm-lock.yaml')))
    .update(process.platform)
    .digest('hex')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  console.error('Installing…')
  run('npx', ['--yes', packageManager, 'install', '--frozen-lockfile', ...flags], folder)
  mkdirSync(dirname(stamp), { recursive: true })
  writeFileSync(stamp, wanted)
}

function moho(args) {
  // The caller's folder, so that a moho.yaml there is found.
  const cwd = process.env.INIT_CWD ?? root
  // Node itself and not its entry in `.bin`, which is a shell script that keeps signals to itself.
  const child = spawn(join(root, 'node_modules/node/bin/node'), [join(root, 'apps/router/bin/moho.js'), ...args], {
    cwd,
    stdio: 'inherit',
    env: environment,
  })
  // A terminal sends Ctrl-C to the router itself, and twice would mean at once.
  process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'))
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  // npm, when it is ended, ends at once and tells nobody.
  const parent = process.ppid
  setInterval(() => process.ppid === parent || child.kill('SIGTERM'), 250).unref()
  child.on('exit', (code) => process.exit(code ?? 1))
}

function turbo(...names) {
  run('turbo', ['run', ...names, '--output-logs=new-only', '--concurrency=2'])
}

function run(command, args, cwd = root) {
  const result = spawnSync(command, args, { cwd, stdio: 'inherit', env: environment })
  if (result.error) throw result.error
  if (result.status !== 0) process.exit(result.status ?? 1)
}
