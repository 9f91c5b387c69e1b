import { randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Simulator } from '@moho/aws-sim'

/** The configuration that serves where there is no file: one entry, on the local simulator, and one key. */
export const embeddedConfig = (simulator: Pick<Simulator, 'url' | 'accessKey'>, key: string): string =>
  JSON.stringify({
    providers: [
      {
        id: 'bedrock',
        displayName: 'Amazon Bedrock (simulated)',
        type: 'aws-bedrock',
        region: 'us-east-1',
        endpoints: { runtime: simulator.url, control: simulator.url },
        auth: {
          type: 'access-key',
          accessKeyId: simulator.accessKey.accessKeyId,
          secretAccessKey: simulator.accessKey.secretAccessKey,
        },
      },
    ],
    keys: [{ name: 'embedded', key }],
  })

/** The embedded key: made once, so that what was pasted yesterday works today. */
export async function embeddedKey(dataDir: string): Promise<string> {
  const file = join(dataDir, 'embedded.key')
  try {
    const kept = (await readFile(file, 'utf8').catch(ifAbsent)).trim()
    if (/^moho-[\w-]{20,}$/.test(kept)) return kept
    const key = `moho-${randomBytes(24).toString('base64url')}`
    await mkdir(dataDir, { recursive: true, mode: 0o700 })
    await writeFile(file, `${key}\n`, { mode: 0o600 })
    return key
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? error.code : error
    throw new Error(`${file} cannot be read or written (${why}). Set MOHO_DATA_DIR to a folder that can.`)
  }
}

function ifAbsent(error: NodeJS.ErrnoException): string {
  if (error.code === 'ENOENT') return ''
  throw error
}

/** What a person reads who has just started Moho for the first time. */
export const embeddedWelcome = (url: string, key: string): string => `
There is no moho.yaml here, so Moho serves its embedded default: the entry "bedrock", which is
SIMULATED. A local stand-in for Amazon Bedrock answers. No AWS account is used, nothing leaves
this machine, nothing is billed.

Call it:

  curl ${url}/v1/chat/completions \\
    -H "authorization: Bearer ${key}" \\
    -H "content-type: application/json" \\
    -d '{"model":"bedrock/${embeddedModel}","messages":[{"role":"user","content":"Hello, Moho!"}]}'

Or with the OpenAI SDK (npm install openai), saved as hello.mjs and run by "node hello.mjs":

  import OpenAI from 'openai'

  const client = new OpenAI({ baseURL: '${url}/v1', apiKey: '${key}' })
  const model = 'bedrock/${embeddedModel}'
  const tools = [{ type: 'function', function: { name: 'get_weather', parameters: {
    type: 'object', properties: { city: { type: 'string' } }, required: ['city'] } } }]
  const messages = [{ role: 'user', content: 'What is the weather in Rome?' }]

  const first = await client.chat.completions.create({ model, messages, tools })
  const [call] = first.choices[0].message.tool_calls
  console.log(call.function.name, call.function.arguments)
  messages.push(first.choices[0].message, { role: 'tool', tool_call_id: call.id, content: '31 degrees' })
  const second = await client.chat.completions.create({ model, messages, tools })
  console.log(second.choices[0].message.content)

Models: curl ${url}/v1/models -H "authorization: Bearer ${key}"
Another key: npm run moho keys create NAME
Your own AWS account: write a moho.yaml (README.md, "The first real entry") and start again.
`

const embeddedModel = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'
