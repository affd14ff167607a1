/** What can be wrong with a broker or a stream, in words an operator can act on. Never with a secret in it. */
import type { KafkaConfig } from './config.ts'
import { SourceError } from './errors.ts'
import type { Verdict } from './kafka-position.ts'

type Stream = { readonly topic: string; readonly partition: number }

export function lostError(
  { topic, partition }: Stream,
  { first, last }: Extract<Verdict, { kind: 'lost' }>,
): SourceError {
  return new SourceError(
    'MESSAGES_LOST',
    `${topic}/${partition}: the broker deleted ${first} to ${last} before they were read. The partition stops. To go on behind them, set KAFKA_ACCEPT_GAPS=true and start again.`,
  )
}

const ANEW =
  'The partition stops. To read the new topic from its beginning, set KAFKA_EPOCH to a new name and start again.'

export function replacedError({ topic, partition }: Stream, next: bigint, end: bigint): SourceError {
  return new SourceError(
    'STREAM_REPLACED',
    `${topic}/${partition}: the broker ends at ${end}, but ${next} is expected next: the topic was created anew. ${ANEW}`,
  )
}

export function rewrittenError({ topic, partition }: Stream, offset: bigint): SourceError {
  return new SourceError(
    'STREAM_REPLACED',
    `${topic}/${partition}: the broker has another message at ${offset} than was landed from there: the topic was created anew. ${ANEW}`,
  )
}

/** Errors that the client itself must see to rejoin its group; the landing's own failures never look like this. */
export function isGroupError(cause: unknown): boolean {
  return cause instanceof Error && cause.name.startsWith('KafkaJS')
}

const UNTRUSTED = new Set([
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_HAS_EXPIRED',
  'CERT_SIGNATURE_FAILURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
])

/** Why the brokers could not be reached: a refused login and an untrusted certificate look like an outage otherwise. */
export function connectionError(cause: unknown, config: KafkaConfig): SourceError {
  const brokers = config.brokers.join(', ')
  const chain = causesOf(cause)
  if (chain.some(({ name }) => name === 'KafkaJSSASLAuthenticationError'))
    return new SourceError(
      'LOGIN_REFUSED',
      `the broker at ${brokers} refused the login of ${JSON.stringify(config.sasl?.username ?? '')} by ${config.sasl?.mechanism ?? 'no mechanism'}: check KAFKA_SASL_USERNAME, KAFKA_SASL_PASSWORD and KAFKA_SASL_MECHANISM`,
      { retryable: true, cause },
    )
  const code = chain.map((one) => (one as { code?: unknown }).code).find((one) => UNTRUSTED.has(String(one)))
  if (
    code !== undefined ||
    chain.some(({ message }) => /self.signed certificate|unable to (verify|get)/i.test(message))
  )
    return new SourceError(
      'UNTRUSTED',
      `the certificate of the broker at ${brokers} is not trusted (${String(code ?? 'unknown authority')}): ${config.tlsCaFile === null ? 'name its authority in KAFKA_TLS_CA' : `${config.tlsCaFile} of KAFKA_TLS_CA is not its authority`}`,
      { retryable: true, cause },
    )
  return new SourceError('UNREACHABLE', `no broker of ${brokers} can be reached`, { retryable: true, cause })
}

function causesOf(cause: unknown): Error[] {
  const chain: Error[] = []
  for (let one: unknown = cause; one instanceof Error && chain.length < 10; ) {
    chain.push(one)
    const { originalError, cause: next } = one as { originalError?: unknown; cause?: unknown }
    one = originalError ?? next
  }
  return chain
}
