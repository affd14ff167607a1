/** Talks to the issuer: the only file that knows the library, which checks states, signatures, audiences, times and nonces. */
import * as client from 'openid-client'
import type { FastifyBaseLogger } from 'fastify'
import type { SignInProblem } from '../contract/sign-in-problems.ts'
import { type Claims, isPartial } from './claims.ts'
import type { OidcConfig } from './config.ts'

/** What is kept on this side while somebody is at the issuer. */
export type Asked = { readonly state: string; readonly nonce: string; readonly verifier: string }
export type Told =
  | { readonly kind: 'told'; readonly claims: Claims }
  | { readonly kind: 'refused'; readonly problem: SignInProblem }

export type Issuer = {
  /** Where the browser is to go; null while the issuer cannot be reached. */
  ask(): Promise<{ readonly address: string; readonly asked: Asked } | null>
  /** Where the browser's session there is ended, which then leads to this address; null where it cannot be, or is not known. */
  signOut(returnTo: string): Promise<string | null>
  /** What the issuer says of the person who came back with these parameters. */
  hear(asked: Asked, search: string): Promise<Told>
}

type Deps = {
  readonly settings: OidcConfig
  readonly redirectUri: string
  readonly now: () => Date
  readonly log: Pick<FastifyBaseLogger, 'warn'>
}

/** Addresses and keys of an issuer change rarely; keys it does not know the library asks for by itself. */
const FRESH_MS = 3_600_000
const TIMEOUT_S = 8

export function createIssuer({ settings, redirectUri, now, log }: Deps): Issuer {
  let known: { readonly found: client.Configuration; readonly at: number } | null = null
  let asking: Promise<client.Configuration> | null = null

  /** Asked for once by whoever comes at the same time. An old answer is better than none. */
  async function configuration(): Promise<client.Configuration> {
    if (known !== null && now().getTime() - known.at < FRESH_MS) return known.found
    try {
      asking ??= discover(settings)
      known = { found: await asking, at: now().getTime() }
    } catch (cause) {
      if (known === null) throw cause
      log.warn({ why: whyOf(cause) }, 'sign-in: the issuer does not describe itself; its last description is used')
    } finally {
      asking = null
    }
    return known.found
  }

  return {
    async ask() {
      try {
        const found = await configuration()
        const verifier = client.randomPKCECodeVerifier()
        const asked = { state: client.randomState(), nonce: client.randomNonce(), verifier }
        const address = client.buildAuthorizationUrl(found, {
          redirect_uri: redirectUri,
          scope: settings.scopes,
          state: asked.state,
          nonce: asked.nonce,
          code_challenge: await client.calculatePKCECodeChallenge(verifier),
          code_challenge_method: 'S256',
        })
        return { address: address.href, asked }
      } catch (cause) {
        log.warn({ why: whyOf(cause) }, 'sign-in: the issuer cannot be asked')
        return null
      }
    },

    async signOut(returnTo) {
      try {
        const found = await configuration()
        if (found.serverMetadata().end_session_endpoint === undefined) return null
        // Without the token of the session, which is not kept: the issuer asks whether they mean it.
        return client.buildEndSessionUrl(found, { post_logout_redirect_uri: returnTo }).href
      } catch (cause) {
        log.warn({ why: whyOf(cause) }, 'sign-out: the issuer cannot be asked')
        return null
      }
    },

    async hear({ state, nonce, verifier }, search) {
      const address = new URL(redirectUri)
      address.search = search
      try {
        const found = await configuration()
        const tokens = await client.authorizationCodeGrant(found, address, {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: verifier,
          idTokenExpected: true,
        })
        const claims = tokens.claims()
        if (claims === undefined) return { kind: 'refused', problem: 'failed' }
        const isEnough = !isPartial(settings, claims) || found.serverMetadata().userinfo_endpoint === undefined
        const more = isEnough ? {} : await client.fetchUserInfo(found, tokens.access_token, claims.sub)
        return { kind: 'told', claims: { ...more, ...claims } }
      } catch (cause) {
        const problem = problemOf(cause)
        // Never the error itself: the library hangs parameters and answers on it.
        log.warn({ why: whyOf(cause), problem }, 'sign-in: what the issuer sent is not accepted')
        return { kind: 'refused', problem }
      }
    },
  }
}

function discover({ issuer, clientId, clientSecret }: OidcConfig): Promise<client.Configuration> {
  const isLocal = new URL(issuer).protocol === 'http:'
  return client.discovery(new URL(issuer), clientId, undefined, authentication(clientSecret), {
    timeout: TIMEOUT_S,
    // Signatures are checked although the token came over TLS from the issuer itself: nobody in between is believed.
    execute: [client.enableNonRepudiationChecks, ...(isLocal ? [client.allowInsecureRequests] : [])],
  })
}

/** The secret in the header unless the issuer says that it takes it in the body only, as the standard has it. */
function authentication(secret: string | null): client.ClientAuth {
  if (secret === null) return client.None()
  const [basic, post] = [client.ClientSecretBasic(secret), client.ClientSecretPost(secret)]
  return (issuer, ...rest) => {
    const methods = issuer.token_endpoint_auth_methods_supported ?? ['client_secret_basic']
    return (methods.includes('client_secret_basic') ? basic : post)(issuer, ...rest)
  }
}

function problemOf(cause: unknown): SignInProblem {
  if (cause instanceof client.AuthorizationResponseError) {
    if (cause.error === 'access_denied') return 'denied'
    return ['server_error', 'temporarily_unavailable'].includes(cause.error) ? 'unreachable' : 'failed'
  }
  if (cause instanceof client.ResponseBodyError) return cause.status >= 500 ? 'unreachable' : 'failed'
  // As fetch says that nobody answered, or too late.
  const isAway = cause instanceof TypeError && cause.cause !== undefined
  const isLate = cause instanceof client.ClientError && cause.code === 'OAUTH_TIMEOUT'
  return isAway || isLate ? 'unreachable' : 'failed'
}

/** Codes of closed lists; what others may have written stays out of the log. */
function whyOf(cause: unknown): string {
  const { error, code, name } = cause as { error?: unknown; code?: unknown; name?: unknown }
  const found = [error, code, name].find((one) => typeof one === 'string' && /^[A-Za-z_]{1,60}$/.test(one))
  return typeof found === 'string' ? found : 'unknown'
}
