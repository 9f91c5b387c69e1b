import { existsSync } from 'node:fs'
import bedrock from '@moho/provider-bedrock'
import openai from '@moho/provider-openai'
import type { Flags } from '../cli.ts'

/** The providers that come with the router. */
export const builtIn = [bedrock, openai]

/** The file to read: the one that was named, else the one that is here, else none. */
export const configFile = (flags: Flags): string | undefined =>
  flags.config ?? (existsSync('moho.yaml') ? 'moho.yaml' : undefined)
