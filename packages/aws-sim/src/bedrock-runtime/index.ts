import { jsonAnswer } from '../answer.ts'
import { authenticate } from '../auth/authenticate.ts'
import { faultAnswer, namedFault } from '../fault.ts'
import type { Service } from '../service.ts'
import { converse } from './converse/index.ts'
import { converseStream } from './converse-stream/index.ts'
import { invokeModel } from './invoke/index.ts'
import { invokeModelWithResponseStream } from './invoke-with-response-stream/index.ts'

/** Amazon Bedrock Runtime. */
export const bedrockRuntime: Service = {
  name: 'bedrock-runtime',
  prefix: '',
  requestIdHeader: 'x-amzn-requestid',
  operations: [converse, converseStream, invokeModel, invokeModelWithResponseStream],
  authenticate: (request, settings) => authenticate(request, 'bedrock', settings),
  faultAnswer,
  namedError(name, message, status) {
    const fault = namedFault(name, message)
    return faultAnswer(status === undefined ? fault : { ...fault, status })
  },
  // Status 200: clients must not take it for success.
  unknownOperation: () =>
    jsonAnswer(200, {
      Output: { __type: 'com.amazon.coral.service#UnknownOperationException' },
      Version: '1.0',
    }),
}
