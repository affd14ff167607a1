/** AWS Signature Version 4 for requests without a body. */
import { createHash, createHmac } from 'node:crypto'

export type Login = { readonly keyId: string; readonly secret: string }

const EMPTY = createHash('sha256').digest('hex')
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest()

/** Headers of a signed request. `url` has its path and query encoded as `encodeKey` does. */
export function signedHeaders(
  method: string,
  url: URL,
  { login, region, nowMs }: { readonly login: Login; readonly region: string; readonly nowMs: number },
): Record<string, string> {
  const stamp = new Date(nowMs).toISOString().replace(/[-:]|\.\d+/g, '')
  const headers: Record<string, string> = { host: url.host, 'x-amz-content-sha256': EMPTY, 'x-amz-date': stamp }
  const names = Object.keys(headers).sort()
  const query = [...url.searchParams]
    .map(([name, value]): [string, string] => [encodePart(name), encodePart(value)])
    .sort(([a, x], [b, y]) => (a === b ? (x < y ? -1 : 1) : a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&')
  const canonical = [
    method,
    url.pathname,
    query,
    ...names.map((name) => `${name}:${headers[name] ?? ''}`),
    '',
    names.join(';'),
    EMPTY,
  ].join('\n')
  const scope = `${stamp.slice(0, 8)}/${region}/s3/aws4_request`
  const toSign = ['AWS4-HMAC-SHA256', stamp, scope, createHash('sha256').update(canonical).digest('hex')].join('\n')
  const key = ['s3', 'aws4_request'].reduce<Buffer>(hmac, hmac(hmac(`AWS4${login.secret}`, stamp.slice(0, 8)), region))
  const signature = hmac(key, toSign).toString('hex')
  const { host: _host, ...sent } = headers
  return {
    ...sent,
    authorization: `AWS4-HMAC-SHA256 Credential=${login.keyId}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`,
  }
}

/** Everything but unreserved characters; a key keeps its slashes. */
export function encodeKey(key: string): string {
  return key.split('/').map(encodePart).join('/')
}

function encodePart(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
}
