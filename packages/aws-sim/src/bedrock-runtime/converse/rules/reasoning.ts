import { type ConverseCall, modelError, placedBlocks } from '../call.ts'
import { isRedactedThought, isSignedThought } from '../signatures.ts'

/** Rules about thoughts in the conversation. */

export function returnsReasoningWithoutSupport({ body, model }: ConverseCall): string | undefined {
  if (model?.reasoning.takesBack !== 'nothing') return undefined
  if (!placedBlocks(body).some(({ block }) => block.reasoningContent)) return undefined
  return "This model doesn't support the reasoningContent content block that you provided. Update the content block and try again."
}

// The wording is inferred.
export function reasonsAfterOthers({ body, model }: ConverseCall): string | undefined {
  if (model?.family !== 'claude') return undefined
  for (const [index, { content }] of (body.messages ?? []).entries()) {
    const first = content.findIndex((block) => !block.reasoningContent)
    const late = content.findIndex((block, at) => block.reasoningContent && first !== -1 && at > first)
    if (late !== -1) {
      return modelError(
        `messages.${index}.content.${late}: \`thinking\` blocks must come before all other blocks of their message`,
      )
    }
  }
  return undefined
}

export function leavesThoughtUnsigned({ body, model }: ConverseCall): string | undefined {
  if (model?.reasoning.takesBack !== 'signed') return undefined
  const found = placedBlocks(body).find(({ block }) => {
    const thought = block.reasoningContent?.reasoningText
    return thought && thought.signature === undefined
  })
  return found && modelError(`${found.place}.thinking.signature: Field required`)
}

export function altersThought({ body, model }: ConverseCall): string | undefined {
  if (model?.reasoning.takesBack !== 'signed') return undefined
  const found = placedBlocks(body).find(({ block }) => {
    const thought = block.reasoningContent?.reasoningText
    return thought?.signature !== undefined && !isSignedThought(model.family, thought.text, thought.signature)
  })
  return found && modelError(`${found.place}: Invalid \`signature\` in \`thinking\` block`)
}

export function altersRedactedThought({ body, model }: ConverseCall): string | undefined {
  if (model?.reasoning.takesBack !== 'signed') return undefined
  const found = placedBlocks(body).find(({ block }) => {
    const redacted = block.reasoningContent?.redactedContent
    return redacted !== undefined && !isRedactedThought(model.family, redacted)
  })
  return found && modelError(`${found.place}: Invalid \`data\` in \`redacted_thinking\` block`)
}
