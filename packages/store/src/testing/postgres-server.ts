import { randomBytes } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadEmbeddedPostgres } from './embedded-postgres.ts'

/** A PostgreSQL of its own, in a temporary folder. */
export interface PostgresServer {
  /** Without the name of a database. */
  readonly url: string
  start(): Promise<void>
  stop(): Promise<void>
  remove(): Promise<void>
}

export async function startPostgres(): Promise<PostgresServer> {
  const folder = join(tmpdir(), `moho-postgres-${randomBytes(6).toString('hex')}`)
  const port = await freePort()
  const password = randomBytes(12).toString('hex')
  const said: string[] = []
  const [EmbeddedPostgres, removeLibrary] = await loadEmbeddedPostgres()
  const create = () =>
    new EmbeddedPostgres({
      databaseDir: folder,
      port,
      user: 'moho',
      password,
      authMethod: 'scram-sha-256',
      // PostgreSQL refuses to run as root, so root runs it as the user `postgres`, which is made where there is none.
      createPostgresUser: process.getuid?.() === 0,
      initdbFlags: ['--encoding=UTF8', '--no-sync'],
      postgresFlags: ['-c', 'listen_addresses=127.0.0.1', '-c', 'max_connections=200', '-c', 'fsync=off'],
      onLog: (message) => said.push(message),
      onError: (error) => said.push(String(error)),
    })
  let running = create()
  await running.initialise()
  const start = async () => {
    await running.start().catch((error: unknown) => {
      throw new Error(`PostgreSQL does not start: ${error}\n${said.slice(-20).join('')}`)
    })
  }
  await start()
  return {
    url: `postgres://moho:${password}@127.0.0.1:${port}`,
    async start() {
      running = create()
      await start()
    },
    stop: () => running.stop(),
    async remove() {
      await running.stop()
      await rm(folder, { recursive: true, force: true })
      await removeLibrary()
    },
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}
