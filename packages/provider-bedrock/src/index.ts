import { accessKey, awsSign, bedrockApiKey } from '@moho/auth-aws'
import {
  definePlugin,
  defineProvider,
  type Plugin,
  type Provider,
  postJson,
  remember,
  wholeBody,
  write,
} from '@moho/core'
import { bedrockConfig, runtimeUrl } from './config.ts'
import { fromConverse } from './converse/from-converse.ts'
import { fromConverseStream } from './converse/from-converse-stream.ts'
import { requireEventStream } from './converse/reading.ts'
import { toConverse } from './converse/to-converse.ts'
import { readBedrockFailure, readBedrockRefusal } from './errors.ts'
import { eventStream } from './event-stream.ts'
import { models } from './models.ts'
import { pathSegment, resolveModel } from './resolve.ts'

/** Amazon Bedrock: every text model through Converse. */
export const bedrock: Provider = defineProvider({
  id: 'aws-bedrock',
  config: bedrockConfig,
  credentials: [accessKey, bedrockApiKey],
  environment: { AWS_REGION: 'region' },
  models,
  resolve: (id, { region }) => resolveModel(id, region),

  connect: (config) => {
    const urlOf = remember((region) => runtimeUrl(config, region))
    return {
      async chat(request, call) {
        const { upstreamId, region = config.region } = call.target
        const chat = request.json()
        const { body, names } = toConverse(chat, call)
        const operation = chat.stream ? 'converse-stream' : 'converse'
        const url = `${urlOf(region)}/model/${segmentOf(upstreamId)}/${operation}`
        const response = await postJson(
          call,
          url,
          JSON.stringify(body),
          awsSign('bedrock', region),
          readBedrockRefusal(upstreamId, region),
        )
        const requestId = response.headers['x-amzn-requestid']
        if (!chat.stream) return write(response, wholeBody, fromConverse(names, requestId))
        await requireEventStream(response)
        const readFailure = readBedrockFailure(upstreamId, region, requestId)
        return write(response, eventStream, fromConverseStream(names, requestId, readFailure))
      },
    }
  },
})

const segmentOf = remember(pathSegment)

const plugin: Plugin = definePlugin({ providers: [bedrock] })
export default plugin
