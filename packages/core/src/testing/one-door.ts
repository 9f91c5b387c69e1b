/**
 * The requests that `run` makes by `fetch` or `node:http`, as `METHOD URL`. They are answered with an error, and go nowhere.
 * Needs the package `msw`, which only tests have.
 */
export async function otherDoors(run: () => Promise<void>): Promise<readonly string[]> {
  const [{ setupServer }, { http, HttpResponse }] = await Promise.all([import('msw/node'), import('msw')]).catch(
    (cause: unknown) => {
      throw new Error('The conformance kit needs the package `msw`. Add it to your development dependencies.', {
        cause,
      })
    },
  )
  const seen: string[] = []
  const watch = http.all('*', ({ request }) => {
    seen.push(`${request.method} ${request.url}`)
    return HttpResponse.error()
  })
  const server = setupServer(watch)
  server.listen()
  try {
    await run()
  } catch (error) {
    // What a stray request broke is told by `seen`; any other fault is the caller's.
    if (seen.length === 0) throw error
  } finally {
    server.close()
  }
  return seen
}
