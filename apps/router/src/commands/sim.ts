import type { Flags } from '../cli.ts'
import { listenError } from '../listen-error.ts'
import { readPort } from './port.ts'
import { untilStopped } from './until-stopped.ts'

/** `moho sim`: the simulator alone, for those who want to point something else at it. */
export async function sim(flags: Flags): Promise<number> {
  const port = readPort(flags.port ?? '4599', '--port')
  const { startSimulator } = await import('@moho/aws-sim')
  const simulator = await startSimulator({ port }).catch((error: NodeJS.ErrnoException) => {
    throw listenError(error, '127.0.0.1', port)
  })
  const { accessKeyId, secretAccessKey } = simulator.accessKey
  process.stdout.write(`listening on ${simulator.url}

A local stand-in for Amazon Bedrock in every region (Converse, InvokeModel, Chat Completions under /openai/v1, the lists
of models and inference profiles), and for an OpenAI-compatible API (under /compatible/v1). It takes these keys and no
others:
  AWS_ACCESS_KEY_ID=${accessKeyId}
  AWS_SECRET_ACCESS_KEY=${secretAccessKey}
  AWS_BEARER_TOKEN_BEDROCK=${simulator.apiKey}
`)
  await untilStopped()
  await simulator.close()
  return 0
}
