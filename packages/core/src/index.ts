/** What a provider author imports. */
export type { EntryCall, Log, MemberChange, ModelCall, RequestBody } from './contract/call.ts'
export {
  type Credential,
  type CredentialKind,
  defineCredentialKind,
  type Refusal,
  type Surroundings,
} from './contract/credentials.ts'
export { Ending } from './contract/ending.ts'
export {
  AnswerExcerpt,
  type ErrorCode,
  errorCodes,
  MohoError,
  type MohoErrorDetail,
  type Retry,
} from './contract/errors.ts'
export type {
  AttemptRecord,
  Caller,
  CallRecord,
  Dropped,
  Guard,
  Incoming,
  Note,
  Observer,
  Origin,
  Permit,
} from './contract/extend.ts'
export type { ByteSink, ByteStream, Flow, HttpClient, HttpRequest, HttpResponse, StringMap } from './contract/http.ts'
export {
  type Feature,
  features,
  type Model,
  type ModelSettings,
  type OperationPaths,
  type Target,
} from './contract/model.ts'
export {
  type DiscoveredModel,
  type Discovery,
  definePlugin,
  defineProvider,
  type ListedModel,
  type ModelOperations,
  type OperationName,
  type Operations,
  type Plugin,
  type Provider,
  type ProviderDefinition,
} from './contract/provider.ts'
export {
  type ForwardReply,
  type FrameSink,
  type Framing,
  forward,
  type ReadError,
  type TextReply,
  type Translate,
  type WriteReply,
  write,
} from './contract/reply.ts'
export type { WebClient, WebFile, WebOptions } from './contract/web.ts'
export type { FinishReason, TextWriter, Usage, UsageCount, UsageReading } from './contract/writer.ts'
export { readChat } from './dialects/chat/read.ts'
export { readOpenAiError } from './dialects/openai-error.ts'
export {
  type ChatCacheControl,
  ChatMessage,
  ChatRequest,
  type ChatResponseFormat,
  type ChatThinking,
  type ChatThinkingPart,
  ChatTool,
  type ChatToolCall,
  ChatToolChoice,
  type ChatUserPart,
  type ReasoningEffort,
  reasoningEfforts,
} from './formats/chat.ts'
export { EmbeddingsRequest } from './formats/embeddings.ts'
export { ImagesRequest } from './formats/images.ts'
export { ResponsesRequest } from './formats/responses.ts'
export { apiKey, bearer } from './wire/api-key.ts'
export { jsonLines } from './wire/json-lines.ts'
export {
  postJson,
  type ReadRefusal,
  readRefusal,
  retryAfterMs,
  type Sign,
  type UpstreamRefusal,
} from './wire/post-json.ts'
export { remember } from './wire/remember.ts'
export { scrub } from './wire/scrub.ts'
export { sse } from './wire/sse.ts'
export { wholeBody } from './wire/whole-body.ts'
