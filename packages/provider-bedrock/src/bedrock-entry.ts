import type { AwsSecret } from '@moho/auth-aws'
import type { ChatRequest, ModelCall, RequestBody, TextReply } from '@moho/core'
import type { ProfileMemory } from './control-plane/profile-memory.ts'
import type { EntryRules } from './converse/translation.ts'
import type { BedrockFacts } from './models.ts'

/** An entry, as those see it who call models through it. */
export interface BedrockEntry {
  /** Where the runtime is called in a region, without a slash at the end. */
  runtimeUrl(region: string): string
  /** Where the control plane is asked in a region; undefined where it cannot be. Throws where it is in another region for good. */
  controlUrl(region: string): string | undefined
  /** What is behind application profiles. */
  readonly profiles: ProfileMemory
  readonly rules: EntryRules
}

export type BedrockCall = ModelCall<AwsSecret, BedrockFacts>

/** A call, and where it goes. */
export interface Going {
  readonly call: BedrockCall
  readonly entry: BedrockEntry
  readonly region: string
}

/** Serves chats by one of Bedrock's APIs. */
export type Chat = (request: RequestBody<ChatRequest>, going: Going) => Promise<TextReply>
