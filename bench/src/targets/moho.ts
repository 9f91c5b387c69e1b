import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePorts } from '../ports.ts'
import { accessKey, modelOf, region, type Target } from './target.ts'

const key = 'bench-key-bench-key'

export interface MohoOptions {
  /** Its command. */
  readonly bin: string
  /** For another build beside the first. */
  readonly id?: string
  /** Node's. */
  readonly flags?: readonly string[]
}

/** Moho as its users run it: keys, signatures, headers and a log. */
export const moho = ({ bin, id = 'moho', flags = [] }: MohoOptions): Target => ({
  id,
  title: id === 'moho' ? 'Moho' : bin,
  serves: () => true,
  warmth: 1,
  async start({ upstream, folder, run }) {
    const ports = await freePorts(1)
    const [port = 0] = ports
    const config = join(folder, `${id}.yaml`)
    writeFileSync(config, configFor(upstream))
    const args = [...flags, bin, 'serve', '--config', config, '--port', String(port)]
    const child = await run({ name: id, args, ports })
    return {
      child,
      call: (row) => ({
        port,
        path: '/v1/chat/completions',
        headers: { authorization: `Bearer ${key}` },
        model: `${entryOf[row.upstream]}-${row.pace}/${modelOf(row)}`,
        expected: 'chat',
      }),
    }
  },
})

const entryOf = { converse: 'bedrock', openai: 'openai' }

/** An entry for each upstream, at each pace. */
const configFor = (upstream: Readonly<Record<string, number>>): string =>
  `providers:\n${Object.entries(upstream)
    .map(
      ([pace, port]) => `
  - id: bedrock-${pace}
    type: aws-bedrock
    region: ${region}
    endpoints: { runtime: "http://127.0.0.1:${port}" }
    auth: { type: access-key, accessKeyId: "${accessKey.id}", secretAccessKey: "${accessKey.secret}" }
  - id: openai-${pace}
    type: openai
    baseUrl: http://127.0.0.1:${port}/v1
    auth: { type: api-key, apiKey: sk-bench }
`,
    )
    .join('')}
keys:
  - { name: bench, key: ${key} }
`
