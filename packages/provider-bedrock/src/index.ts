import { accessKey, awsSign, bedrockApiKey } from '@moho/auth-aws'
import { definePlugin, defineProvider, type Plugin, type Provider, postJson, wholeBody, write } from '@moho/core'
import { bedrockConfig, runtimeUrl } from './config.ts'
import { fromConverse } from './converse/from-converse.ts'
import { toConverse } from './converse/to-converse.ts'
import { readBedrockRefusal } from './errors.ts'
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

  connect: (config) => ({
    async chat(request, call) {
      const { upstreamId, region = config.region } = call.target
      const { body, names } = toConverse(request.json(), call)
      const url = `${runtimeUrl(config, region)}/model/${pathSegment(upstreamId)}/converse`
      const response = await postJson(
        call,
        url,
        JSON.stringify(body),
        awsSign('bedrock', region),
        readBedrockRefusal(upstreamId, region),
      )
      return write(response, wholeBody, fromConverse(names, response.headers['x-amzn-requestid']))
    },
  }),
})

const plugin: Plugin = definePlugin({ providers: [bedrock] })
export default plugin
