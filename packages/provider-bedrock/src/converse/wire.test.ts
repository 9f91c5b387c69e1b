import type * as Sdk from '@aws-sdk/client-bedrock-runtime'
import { expect, test } from 'vitest'
import type * as Ours from './wire.ts'

/** The SDK's type as JSON: blobs are Base64 text, documents are anything, and unions have no member that is yet unknown. */
type Json<T> = Document extends T
  ? unknown
  : T extends Uint8Array
    ? string
    : T extends (infer Item)[]
      ? Json<Item>[]
      : T extends { $unknown: unknown }
        ? never
        : T extends object
          ? { [Key in keyof T]: Json<T[Key]> }
          : T
type Document = NonNullable<Sdk.ToolUseBlock['input']>

/** Every member of ours is one of the SDK's, all the way down. Lists stand for their items, unions for all of their members. */
type Named<Mine, Theirs> = Mine extends readonly (infer Item)[]
  ? Theirs extends readonly (infer TheirItem)[]
    ? Named<Item, TheirItem>
    : false
  : Mine extends object
    ? unknown extends Theirs
      ? true
      : string extends keyof Mine
        ? true
        : keyof Mine extends Keys<Theirs>
          ? { [Key in keyof Mine]-?: Named<NonNullable<Mine[Key]>, NonNullable<Member<Theirs, Key>>> }[keyof Mine]
          : false
    : true
type Keys<Union> = Union extends unknown ? keyof Union : never
type Member<Union, Key> = Union extends unknown ? (Key extends keyof Union ? Union[Key] : never) : never

/** What is sent could be sent by the SDK. */
type Sends<Mine, Theirs> = [Mine] extends [Json<Theirs>]
  ? [Named<Mine, Json<Theirs>>] extends [true]
    ? true
    : false
  : false
/** What the SDK may read could be read. */
type Reads<Mine, Theirs> = [Json<Theirs>] extends [Mine]
  ? [Named<Mine, Json<Theirs>>] extends [true]
    ? true
    : false
  : false

test('the wire types are those of the AWS SDK, which the type checker holds them to', () => {
  const held: readonly true[] = [
    true satisfies Sends<Ours.ConverseRequest, Omit<Sdk.ConverseStreamRequest, 'modelId'>>,
    true satisfies Sends<Ours.Message, Sdk.Message>,
    true satisfies Sends<Ours.ContentBlock, Sdk.ContentBlock>,
    true satisfies Sends<Ours.ImageBlock['image'], Sdk.ImageBlock>,
    true satisfies Sends<Ours.DocumentBlock['document'], Sdk.DocumentBlock>,
    true satisfies Sends<Ours.VideoBlock['video'], Sdk.VideoBlock>,
    true satisfies Sends<Ours.AudioBlock['audio'], Sdk.AudioBlock>,
    true satisfies Sends<Ours.CachePointBlock['cachePoint'], Sdk.CachePointBlock>,
    true satisfies Sends<Ours.ReasoningBlock['reasoningContent'], Sdk.ReasoningContentBlock>,
    true satisfies Sends<Ours.SystemBlock, Sdk.SystemContentBlock>,
    true satisfies Sends<Ours.TextFormat, Sdk.OutputFormat>,
    true satisfies Sends<Ours.GuardrailConfiguration, Sdk.GuardrailStreamConfiguration>,
    true satisfies Sends<Ours.ToolUseBlock['toolUse'], Sdk.ToolUseBlock>,
    true satisfies Sends<Ours.ToolResultBlock['toolResult'], Sdk.ToolResultBlock>,
    true satisfies Sends<Ours.ToolResultContentBlock, Sdk.ToolResultContentBlock>,
    true satisfies Sends<Ours.InferenceConfiguration, Sdk.InferenceConfiguration>,
    true satisfies Sends<Ours.ToolConfiguration, Sdk.ToolConfiguration>,
    true satisfies Sends<Ours.ToolSpecification, Sdk.ToolSpecification>,
    true satisfies Sends<Ours.ToolChoice, Sdk.ToolChoice>,
    true satisfies Reads<Ours.ConverseResponse, Sdk.ConverseResponse>,
    true satisfies Reads<Ours.AnswerBlock, Sdk.ContentBlock>,
    true satisfies Reads<Ours.TokenUsage, Sdk.TokenUsage>,
    true satisfies Reads<Ours.StreamEvents['messageStart'], Sdk.MessageStartEvent>,
    true satisfies Reads<Ours.StreamEvents['contentBlockStart'], Sdk.ContentBlockStartEvent>,
    true satisfies Reads<Ours.StreamEvents['contentBlockDelta'], Sdk.ContentBlockDeltaEvent>,
    true satisfies Reads<Ours.BlockDelta, Sdk.ContentBlockDelta>,
    true satisfies Reads<Ours.ReasoningDelta, Sdk.ReasoningContentBlockDelta>,
    true satisfies Reads<Ours.StreamEvents['contentBlockStop'], Sdk.ContentBlockStopEvent>,
    true satisfies Reads<Ours.StreamEvents['messageStop'], Sdk.MessageStopEvent>,
    true satisfies Reads<Ours.StreamEvents['metadata'], Sdk.ConverseStreamMetadataEvent>,
    true satisfies [keyof Ours.StreamEvents] extends [Keys<Sdk.ConverseStreamOutput>] ? true : false,
  ]
  // The helpers themselves: a member that is renamed or retyped is found, however deep.
  const found: readonly false[] = [
    false satisfies Sends<{ maxToken: number }, Sdk.InferenceConfiguration>,
    false satisfies Sends<{ maxTokens: string }, Sdk.InferenceConfiguration>,
    false satisfies Sends<
      { messages: { role: 'user'; content: { txt: string }[] }[] },
      Omit<Sdk.ConverseRequest, 'modelId'>
    >,
    false satisfies Reads<{ usage?: { inputToken?: number | undefined } | undefined }, Sdk.ConverseResponse>,
    false satisfies Reads<{ stopReason?: number | undefined }, Sdk.ConverseResponse>,
  ]
  expect([held.every(Boolean), found.some(Boolean)]).toEqual([true, false])
})
