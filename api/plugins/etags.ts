/**
 * Whoever asks again what they have already is told so: answers to GET carry a tag of their content, and `if-none-match` with
 * that tag is answered 304 without the content. By hand, because the plugin for it tags refusals and answers to POST as well.
 */
import { createHash } from 'node:crypto'
import type { App } from '../feature.ts'

export function registerEtags(app: App): void {
  app.addHook('onSend', async (request, reply, payload) => {
    const isText = typeof payload === 'string' || Buffer.isBuffer(payload)
    if (request.method !== 'GET' || reply.statusCode !== 200 || !isText || !request.url.startsWith('/api/')) return
    const tag = `"${createHash('sha256').update(payload).digest('base64url').slice(0, 27)}"`
    reply.header('etag', tag)
    if (!namesTag(request.headers['if-none-match'], tag)) return
    reply.code(304).removeHeader('content-type')
    return ''
  })
}

/** Weak and strong are the same here, as RFC 9110 asks for this header. */
function namesTag(header: string | undefined, tag: string): boolean {
  const named = header?.split(',').map((each) => each.trim().replace(/^W\//, '')) ?? []
  return named.includes(tag) || named.includes('*')
}
