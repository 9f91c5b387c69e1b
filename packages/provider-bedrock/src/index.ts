import { accessKey, assumeRole, bedrockApiKey, defaultChain } from '@moho/auth-aws'
import { definePlugin, defineProvider, type Plugin, type Provider, remember } from '@moho/core'
import { advise } from './advise.ts'
import type { BedrockEntry, Chat } from './bedrock-entry.ts'
import { bedrockConfig, controlUrl, prefersOpenai, runtimeUrl } from './config.ts'
import { discover } from './control-plane/discovery.ts'
import { profileMemory } from './control-plane/profile-memory.ts'
import { chatByConverse } from './converse/chat.ts'
import { chatByInvoke } from './invoke/chat.ts'
import { lookBehind } from './look-behind.ts'
import { modelSettings } from './model-settings.ts'
import { models } from './models.ts'
import { chatByOpenai } from './openai/chat.ts'
import { resolveModel } from './resolve.ts'

const chats: Readonly<Record<string, Chat>> = { converse: chatByConverse, openai: chatByOpenai, invoke: chatByInvoke }

/** Amazon Bedrock: every text model, by Converse or by whatever else it has. */
export const bedrock: Provider = defineProvider({
  id: 'aws-bedrock',
  config: bedrockConfig,
  credentials: [accessKey, bedrockApiKey, assumeRole, defaultChain],
  environment: { AWS_REGION: 'region' },
  models,
  paths: { chat: Object.keys(chats) },
  prefers: (config) => (prefersOpenai(config) ? 'openai' : undefined),
  modelSettings,
  resolve: resolveModel,
  advise: (model, { region }) => advise(model, region),

  connect(config) {
    const entry: BedrockEntry = {
      runtimeUrl: remember((region) => runtimeUrl(config, region)),
      controlUrl: (region) => controlUrl(config, region),
      profiles: profileMemory(),
      rules: { s3Sources: config.s3Sources, guardrail: config.guardrail },
    }
    return {
      chat(request, call) {
        const { path, region = config.region } = call.target
        const chat = chats[path] ?? chatByConverse
        const going = { call, entry, region }
        // Only what hides its model costs a look, and only once in an hour.
        return call.target.model.data?.applicationProfile
          ? lookBehind(going).then((known) => chat(request, known))
          : chat(request, going)
      },
      discover: (call) => discover(call, config),
    }
  },
})

const plugin: Plugin = definePlugin({ providers: [bedrock] })
export default plugin
