import type { Service } from '../service.ts'
import { converse } from './converse/index.ts'

/** Amazon Bedrock Runtime. */
export const bedrockRuntime: Service = {
  name: 'bedrock-runtime',
  signingName: 'bedrock',
  operations: [converse],
}
