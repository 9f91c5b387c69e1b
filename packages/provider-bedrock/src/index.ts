import { accessKey, awsSign, bedrockApiKey } from '@moho/auth-aws'
import {
  definePlugin,
  defineProvider,
  type ModelCall,
  MohoError,
  type Plugin,
  type Provider,
  postJson,
  remember,
  type Translate,
  wholeBody,
  write,
} from '@moho/core'
import { bedrockConfig, runtimeUrl } from './config.ts'
import { bodyBytes } from './converse/body-bytes.ts'
import { type FetchedFiles, fetchFiles } from './converse/fetch-files.ts'
import { fromConverse } from './converse/from-converse.ts'
import { fromConverseStream } from './converse/from-converse-stream.ts'
import { jsonAnswer } from './converse/json-answer.ts'
import { requireEventStream } from './converse/reading.ts'
import { toConverse } from './converse/to-converse.ts'
import type { EntryRules, Translation } from './converse/translation.ts'
import { readBedrockFailure, readBedrockRefusal } from './errors.ts'
import { eventStream } from './event-stream.ts'
import { type BedrockFacts, models } from './models.ts'
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
    const rules: EntryRules = { s3Sources: config.s3Sources, guardrail: config.guardrail }
    return {
      async chat(request, call) {
        const { upstreamId, region = config.region } = call.target
        const chat = request.json()
        const fetching = fetchFiles(chat, call)
        const files = fetching && (await fetching)
        const { body, names, output } = toConverse(chat, translationOf(call, rules, files))
        const operation = chat.stream ? 'converse-stream' : 'converse'
        const url = `${urlOf(region)}/model/${segmentOf(upstreamId)}/${operation}`
        const response = await postJson(
          call,
          url,
          checkedSize(bodyBytes(body)),
          awsSign('bedrock', region),
          readBedrockRefusal(upstreamId, region),
        )
        const requestId = response.headers['x-amzn-requestid']
        const said = (translate: Translate) =>
          output === undefined || output.way === 'native' || output.way === 'prefill'
            ? translate
            : jsonAnswer(translate, 'tool' in output ? output.tool.name : undefined)
        if (!chat.stream) return write(response, wholeBody, said(fromConverse(names, requestId)))
        await requireEventStream(response)
        const readFailure = readBedrockFailure(upstreamId, region, requestId)
        return write(response, eventStream, said(fromConverseStream(names, requestId, readFailure)))
      },
    }
  },
})

const translationOf = (
  { target, dropped, note }: ModelCall<unknown, BedrockFacts>,
  rules: EntryRules,
  files: FetchedFiles | undefined,
): Translation => ({ target, dropped, note, rules, ...(files !== undefined && { files }) })

/** Bedrock reads no further, and does not say which of the files is one too many. */
function checkedSize(body: string | Uint8Array): string | Uint8Array {
  if (body.length <= mostBytes) return body
  const megabytes = Math.ceil(body.length / 1e5) / 10
  throw new MohoError(
    'too_large',
    `messages: They have ${megabytes} MB for Bedrock, which takes ${mostBytes / 1e6}. Send fewer or smaller files, or name them by s3:// where the model reads those.`,
    { param: 'messages' },
  )
}

const mostBytes = 25_000_000

const segmentOf = remember(pathSegment)

const plugin: Plugin = definePlugin({ providers: [bedrock] })
export default plugin
