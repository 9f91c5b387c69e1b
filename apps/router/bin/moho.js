#!/usr/bin/env node
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 19)) {
  console.error(`moho needs Node 22.19 or newer; this is ${process.versions.node}.`)
  process.exit(1)
}
// A promise that a plugin forgot must not end the calls of everybody else.
process.on('unhandledRejection', (error) => console.error(error))
const { main } = await import('@moho/router/cli')
process.exitCode = await main(process.argv.slice(2))
