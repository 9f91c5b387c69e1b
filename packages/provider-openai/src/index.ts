import {
  apiKey,
  bearer,
  definePlugin,
  defineProvider,
  type EntryCall,
  forward,
  type ModelCall,
  type Plugin,
  type Provider,
  postJson,
  type RequestBody,
} from '@moho/core'
import { openAiConfig } from './config.ts'
import { readOpenAiRefusal } from './errors.ts'
import { models, resolveModel } from './models.ts'

/** Any API that speaks as OpenAI's does: what the caller sends goes through, under the upstream's name of the model. */
export const openai: Provider = defineProvider({
  id: 'openai',
  config: openAiConfig,
  credentials: [apiKey],
  environment: { OPENAI_API_KEY: 'auth.apiKey', OPENAI_BASE_URL: 'baseUrl' },
  models,
  resolve: resolveModel,

  connect({ baseUrl, streamUsage }) {
    const post = async (path: string, body: Uint8Array, call: EntryCall<string>) =>
      forward(await postJson(call, `${baseUrl}${path}`, body, bearer, readOpenAiRefusal))
    const named = (request: RequestBody<unknown>, call: ModelCall<string>) =>
      request.bytes({ set: { model: call.target.upstreamId } })
    return {
      chat(request, call) {
        const asksUsage = streamUsage && request.peek('stream') === true
        const body = request.bytes({
          set: { model: call.target.upstreamId },
          // The router takes the usage out again where the caller did not ask for it.
          ...(asksUsage && { merge: { stream_options: { include_usage: true } } }),
        })
        return post('/chat/completions', body, call)
      },
      responses: (request, call) => post('/responses', named(request, call), call),
      embeddings: (request, call) => post('/embeddings', named(request, call), call),
      images: (request, call) => post('/images/generations', named(request, call), call),
    }
  },
})

const plugin: Plugin = definePlugin({ providers: [openai] })
export default plugin
