import { readFileSync } from 'node:fs'
import type { SimulatorOptions } from '@moho/aws-sim'
import { z } from 'zod'
import type { Flags } from '../cli.ts'
import { listenError } from '../listen-error.ts'
import { UsageError } from '../usage-error.ts'
import { readPort } from './port.ts'
import { untilStopped } from './until-stopped.ts'

/** `moho sim`: the simulator alone, for those who want to point something else at it. */
export async function sim(flags: Flags): Promise<number> {
  const port = readPort(flags.port ?? '4599', '--port')
  const { startSimulator } = await import('@moho/aws-sim')
  const resources = flags.resources === undefined ? {} : readResources(flags.resources)
  const simulator = await startSimulator({ port, resources }).catch((error: NodeJS.ErrnoException) => {
    throw listenError(error, '127.0.0.1', port)
  })
  const { accessKeyId, secretAccessKey } = simulator.accessKey
  process.stdout.write(`listening on ${simulator.url}

A local stand-in for Amazon Bedrock in every region (Converse, InvokeModel, Chat Completions under /openai/v1, the lists
of models and inference profiles), for AWS STS (any role of the account 123456789012 may be assumed), and for an
OpenAI-compatible API (under /compatible/v1). It takes these keys and no others:
  AWS_ACCESS_KEY_ID=${accessKeyId}
  AWS_SECRET_ACCESS_KEY=${secretAccessKey}
  AWS_BEARER_TOKEN_BEDROCK=${simulator.apiKey}
`)
  await untilStopped()
  await simulator.close()
  return 0
}

type Resources = NonNullable<SimulatorOptions['resources']>

/** Id in an ARN → the model that it leads to, or the format of an imported model's body. */
function readResources(file: string): Resources {
  try {
    return resources.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    throw new UsageError(
      `${file} must be JSON as in { "abc123def456": "amazon.nova-lite-v1:0", "…": { "format": "chatml" } }.`,
    )
  }
}

const formats = ['openai-chat', 'llama3', 'llama4', 'mistral', 'chatml', 'deepseek-r1'] as const
const resources = z.record(z.string(), z.union([z.string(), z.strictObject({ format: z.enum(formats) })]))
