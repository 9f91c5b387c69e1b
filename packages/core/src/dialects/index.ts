import type { OperationName } from '../contract/provider.ts'
import { chat } from './chat/index.ts'
import { embeddings, images } from './data.ts'
import type { Dialect } from './dialect.ts'
import { responses } from './responses/index.ts'

/** The format of each surface. */
export const dialects: { readonly [operation in OperationName]-?: Dialect } = { chat, responses, embeddings, images }
