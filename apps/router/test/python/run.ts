import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startSimulator } from '@moho/aws-sim'
import type { Log } from '@moho/core'
import bedrock from '@moho/provider-bedrock'
import { stringify } from 'yaml'
import { loadConfig, serve } from '../../src/index.ts'
import { samplePdf } from '../sample-files.ts'

/**
 * Runs the Python beside this file, as people copy it from a guide, against a router in front of the simulator. It is no part of the
 * other tests, as it wants a Python with the package `openai`.
 */

/** What each has to print. */
const expected: Readonly<Record<string, readonly RegExp[]>> = {
  '01_chat.py': [/^You said: What is Moho in one line\?$/m],
  '02_streaming.py': [/^You said: Count from 1 to 5\.$/m],
  '03_tools.py': [/^The tool get_weather answered: \{"city": "Bengaluru", "temp_c": 28\}$/m],
  '04_image.py': [/^You said: Describe this image in one sentence\.$/m],
  '05_pdf.py': [/^You said: What text is in this PDF\?$/m],
  '06_json_schema.py': [/^\{\n {2}"name": ".+",\n {2}"age": \d+,\n {2}"hobbies": \[\n {4}".+"\n {2}\]\n\}$/m],
  '07_prompt_caching.py': [/^You said: What is a Kubernetes pod\?$/m, /^usage: CompletionUsage\(.*prompt_tokens=\d/m],
  '08_reasoning.py': [
    /^answer: You said: A bat and ball cost \$1\.10\./m,
    /^reasoning: The user wrote \d+ characters\./m,
    /^ {2}block: thinking signature: \S{30}$/m,
  ],
}

/** Each way to write the base URL, and what is then told of the prompt that the first has written and the second reads. */
const passes = [
  { path: '', cache: [/\bcached_tokens=0\b/, /\bcache_write_tokens=[1-9]/] },
  { path: '/v1', cache: [/\bcached_tokens=[1-9]/, /\bcache_write_tokens=0\b/] },
] as const

const key = 'test-key-0123456789'
const limitMs = 60_000

const python = await findPython()
if (python !== undefined) await runAll(python)

async function runAll({ command, hasPillow, version }: Python): Promise<void> {
  const dropped: unknown[] = []
  const keep = (_: string, fields: object = {}) => {
    if ('dropped' in fields) dropped.push(fields.dropped)
  }
  const log: Log = { debug: keep, info: keep, warn: keep, error: keep }
  const simulator = await startSimulator({ port: 0 })
  const { accessKeyId, secretAccessKey } = simulator.accessKey
  const config = await loadConfig({
    file: 'test.yaml',
    text: stringify({
      providers: [
        {
          id: 'tfy-ai-bedrock',
          type: 'aws-bedrock',
          region: 'us-east-1',
          endpoints: { runtime: simulator.url },
          auth: { type: 'access-key', accessKeyId, secretAccessKey },
        },
      ],
      keys: [{ name: 'test', key }],
    }),
    environment: {},
    builtIn: [bedrock],
  })
  const serving = await serve({ config, log, host: '127.0.0.1', port: 0, simulatorUrl: simulator.url })
  const folder = await mkdtemp(join(tmpdir(), 'moho-python-'))
  try {
    await writeFile(join(folder, 'sample.pdf'), samplePdf())
    const client = await readSnippet('00_client.py')
    const names = (await readdir(import.meta.dirname)).filter((name) => /^\d+_.+\.py$/.test(name)).sort()
    for (const { path, cache } of passes) {
      const baseUrl = serving.url + path
      console.log(`openai ${version} at ${baseUrl}`)
      for (const name of names) {
        if (name === '00_client.py') continue
        if (name === '04_image.py' && !hasPillow) {
          console.log(`- ${name} is left out: ${command} has no Pillow.`)
          continue
        }
        const text = `${client}\n${await readSnippet(name)}`
          .replaceAll('{GATEWAY_BASE_URL}', baseUrl)
          .replaceAll('your-api-key', key)
          .replaceAll('<LONG_SYSTEM_PROMPT_OVER_1024_TOKENS>', 'You know Kubernetes. '.repeat(400))
        await writeFile(join(folder, name), text)
        const { printed, fault } = await run(command, [name], folder)
        const wanted = [...(expected[name] ?? []), ...(name === '07_prompt_caching.py' ? cache : [])]
        const faults = wanted.filter((line) => !line.test(printed)).map((line) => `${line} is not in it`)
        if (wanted.length === 0) faults.push('nothing is said of what it prints')
        if (fault !== undefined) faults.push(fault)
        if (dropped.length > 0) faults.push(`dropped: ${dropped.splice(0).join(', ')}`)
        console.log(`${faults.length === 0 ? '✓' : '✗'} ${name}`)
        console.log(printed.trimEnd().replace(/^/gm, '    '))
        for (const line of faults) console.log(`  ✗ ${line}`)
        if (faults.length > 0) process.exitCode = 1
      }
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
    await serving.stop()
    await simulator.close()
  }
}

function readSnippet(name: string): Promise<string> {
  return readFile(join(import.meta.dirname, name), 'utf8')
}

interface Python {
  readonly command: string
  readonly version: string
  readonly hasPillow: boolean
}

/** The first that has what it takes; else says what is missing. */
async function findPython(): Promise<Python | undefined> {
  const commands = process.env.PYTHON ? [process.env.PYTHON] : ['python3', 'python']
  const missing: string[] = []
  for (const command of commands) {
    if ((await run(command, ['--version'])).fault !== undefined) {
      missing.push(`There is no ${command}.`)
      continue
    }
    const openai = await run(command, ['-c', 'import openai; print(openai.__version__)'])
    if (openai.fault !== undefined) {
      missing.push(`${command} has no package openai (pip install openai pillow).`)
      continue
    }
    const pillow = await run(command, ['-c', 'import PIL'])
    return { command, version: openai.printed.trim(), hasPillow: pillow.fault === undefined }
  }
  console.log(`${missing.join(' ')} Nothing was run. PYTHON may name another Python.`)
  return undefined
}

/** Not the kind that waits: the router answers from this very process. */
function run(command: string, args: readonly string[], cwd?: string): Promise<{ printed: string; fault?: string }> {
  // A proxy of the machine would not find the router.
  const env = { ...process.env, NO_PROXY: '127.0.0.1', no_proxy: '127.0.0.1', PYTHONIOENCODING: 'utf-8' }
  return new Promise((done) => {
    execFile(command, args, { cwd, env, timeout: limitMs, killSignal: 'SIGKILL' }, (error, stdout, stderr) => {
      if (error === null) return done({ printed: stdout })
      const why = error.killed ? `it did not end within ${limitMs} ms` : `it failed: ${stderr.trim() || error.message}`
      done({ printed: stdout, fault: why })
    })
  })
}
