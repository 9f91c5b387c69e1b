/** OpenAI's error body: every key is always there. */
export interface OpenAiError {
  error: { message: string; type: string; param: string | null; code: string }
}
