/** For tests: a real issuer on this machine, and a browser's way to it and back. */
import { createSign, generateKeyPairSync } from 'node:crypto'
import { createServer } from 'node:http'
import Provider, { type Context } from 'oidc-provider'
import type { App } from '../feature.ts'

export const CLIENT = { id: 'orderlens', secret: 'what-only-the-issuer-and-we-know' }
export const PUBLIC_CLIENT = 'orderlens-public'
export const LENS = 'https://lens.example'

type Claims = Record<string, unknown>
export type TestIssuer = {
  readonly address: string
  /** What it says of people, by the name they sign in with there; that is also their subject. */
  readonly people: Map<string, Claims>
  /** Settings of an app that trusts it. */
  readonly env: Record<string, string>
  /** Changes the claims of its next tokens, which it then signs as usual, or what is signed. */
  tokens: { claims?: (claims: Claims) => Claims; whole?: (token: string) => string }
  /** Cuts every connection. */
  isAway: boolean
  close(): Promise<void>
}

export async function openIssuer({ lens = LENS, host = '127.0.0.1' } = {}): Promise<TestIssuer> {
  const people = new Map<string, Claims>()
  const server = createServer()
  await new Promise<void>((listening) => server.listen(0, host, listening))
  const bound = server.address()
  const address = `http://${host}:${typeof bound === 'object' && bound !== null ? bound.port : 0}`
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 })
  const client = {
    redirect_uris: [`${lens}/api/session/oidc/callback`],
    grant_types: ['authorization_code'],
    post_logout_redirect_uris: [`${lens}/sign-in`],
  }
  const provider: Provider = new Provider(address, {
    clients: [
      { ...client, client_id: CLIENT.id, client_secret: CLIENT.secret },
      { ...client, client_id: PUBLIC_CLIENT, token_endpoint_auth_method: 'none' },
    ],
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), kid: 'of-the-tests', use: 'sig', alg: 'RS256' }] },
    cookies: { keys: ['of-the-tests'] },
    scopes: ['openid', 'email', 'profile', 'groups'],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'], groups: ['groups', 'shop'] },
    pkce: { required: () => true },
    ttl: { Interaction: 600, Grant: 600, Session: 600, AccessToken: 600, IdToken: 600 },
    features: { devInteractions: { enabled: true } },
    findAccount: (_: Context, id: string) => ({ accountId: id, claims: async () => ({ sub: id, ...people.get(id) }) }),
    // Whoever signs in has said yes.
    loadExistingGrant: async ({ oidc }: Context) => {
      const grant = new provider.Grant({ clientId: oidc.client?.clientId, accountId: oidc.session?.accountId })
      grant.addOIDCScope(oidc.params?.scope ?? 'openid')
      await grant.save()
      return grant
    },
  })
  const sign = (signed: string) => createSign('RSA-SHA256').update(signed).sign(privateKey).toString('base64url')
  const issuer: TestIssuer = {
    address,
    people,
    env: {
      API_PUBLIC_URL: lens,
      OIDC_ISSUER: address,
      OIDC_CLIENT_ID: CLIENT.id,
      OIDC_CLIENT_SECRET: CLIENT.secret,
      OIDC_SCOPES: 'openid profile email groups',
      OIDC_ROLES: 'lens-admins=admin,lens-managers=manager,lens-agents=agent',
      OIDC_SHOPS_CLAIM: 'shop',
    },
    tokens: {},
    isAway: false,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed())
        server.closeAllConnections()
      }),
  }
  provider.use(async (context, next) => {
    await next()
    if (context.path !== '/token' || context.status !== 200) return
    const answer = context.body as { id_token: string }
    const [head = '', claims = ''] = answer.id_token.split('.')
    const { claims: change, whole = (token: string) => token } = issuer.tokens
    const changed = change === undefined ? claims : encode(change(decode(claims)))
    const token = `${head}.${changed}.${change === undefined ? answer.id_token.split('.')[2] : sign(`${head}.${changed}`)}`
    context.body = { ...answer, id_token: whole(token) }
  })
  const answer = provider.callback()
  server.on('request', (request, response) => {
    if (issuer.isAway) request.socket.destroy()
    else answer(request, response)
  })
  return issuer
}

export const encode = (claims: Claims) => Buffer.from(JSON.stringify(claims)).toString('base64url')
const decode = (text: string) => JSON.parse(Buffer.from(text, 'base64url').toString()) as Claims

export type Reply = Awaited<ReturnType<App['inject']>>
export const cookiesOf = (reply: Reply) =>
  reply.cookies
    .filter(({ value }) => value !== '')
    .map(({ name, value }) => `${name}=${value}`)
    .join('; ')

/** Leaves our sign-in page for the issuer. */
export const leave = (app: App, next?: string, cookie = '') =>
  app.inject({ url: '/api/session/oidc/start', query: next === undefined ? {} : { next }, headers: { cookie } })

/** Signs in there, as a browser does, and answers the address to which it is sent back. */
export async function signInThere(start: string, login: string): Promise<URL> {
  const jar = new Map<string, string>()
  let [address, form] = [start, null as URLSearchParams | null]
  for (let step = 0; step < 12; step += 1) {
    if (new URL(address).origin === LENS) return new URL(address)
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const reply = await fetch(address, {
      redirect: 'manual',
      headers: { cookie },
      ...(form !== null && { method: 'POST', body: form }),
    })
    form = null
    for (const set of reply.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? []
      jar.set(name, value)
    }
    const text = await reply.text()
    const to = reply.headers.get('location')
    const action = / action="([^"]+)"/.exec(text)?.[1]
    if (to === null && action === undefined)
      throw new Error(`the issuer answered ${reply.status}: ${text.slice(0, 400)}`)
    if (to === null) form = new URLSearchParams({ prompt: 'login', login, password: 'whatever' })
    address = new URL(to ?? action ?? '', address).href
  }
  throw new Error('the issuer leads nowhere')
}

/** Comes back from there with what the issuer sent along. */
export const comeBack = (app: App, { search }: Pick<URL, 'search'>, cookie: string) =>
  app.inject({ url: `/api/session/oidc/callback${search}`, headers: { cookie } })

/** There and back. */
export async function signInBy(app: App, login: string, next?: string): Promise<Reply> {
  const left = await leave(app, next)
  return comeBack(app, await signInThere(String(left.headers.location), login), cookiesOf(left))
}
