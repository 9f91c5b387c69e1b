import { startSimulator } from '@moho/aws-sim'
import type { Flags } from '../cli.ts'
import { readPort } from './port.ts'
import { untilStopped } from './until-stopped.ts'

/** `moho sim`: the simulator alone, for those who want to point something else at it. */
export async function sim(flags: Flags): Promise<number> {
  const simulator = await startSimulator({ port: readPort(flags.port ?? '4599', '--port') })
  const { accessKeyId, secretAccessKey } = simulator.accessKey
  process.stdout.write(`listening on ${simulator.url}

A local stand-in for Amazon Bedrock: Converse, in every region. It takes these keys and no others:
  AWS_ACCESS_KEY_ID=${accessKeyId}
  AWS_SECRET_ACCESS_KEY=${secretAccessKey}
  AWS_BEARER_TOKEN_BEDROCK=${simulator.apiKey}
`)
  await untilStopped()
  await simulator.close()
  return 0
}
