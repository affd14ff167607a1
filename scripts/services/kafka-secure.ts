/** A broker that asks for logins and shows a certificate of its own authority, as tests of both need it. */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type KafkaService, startKafka } from './kafka.ts'
import { freePort, runProgram } from './service.ts'

export type SecureKafka = {
  readonly kafka: KafkaService
  /** Addresses by what they ask for. */
  readonly tls: string
  readonly login: string
  readonly loginOverTls: string
  readonly user: { readonly username: string; readonly password: string }
  /** Certificate files of the broker's authority and of another one. */
  readonly authority: string
  readonly otherAuthority: string
}

export async function startSecureKafka(folder: string): Promise<SecureKafka> {
  await mkdir(folder, { recursive: true })
  const user = { username: 'ingest', password: 'for-this-run-only' }
  const authority = await createAuthority(folder, 'authority')
  const other = await createAuthority(folder, 'other')
  const keystore = await createServerKey(folder, authority)
  const properties = join(folder, 'secure.properties')
  await writeFile(properties, propertiesOf(keystore, user))
  const ports = { tls: await freePort(), login: await freePort(), loginOverTls: await freePort() }
  const kafka = await startKafka(folder, {
    listeners: [
      { name: 'TLS', protocol: 'SSL', port: ports.tls },
      { name: 'LOGIN', protocol: 'SASL_PLAINTEXT', port: ports.login },
      { name: 'BOTH', protocol: 'SASL_SSL', port: ports.loginOverTls },
    ],
    properties,
    scram: ['SCRAM-SHA-256', 'SCRAM-SHA-512'].map(
      (mechanism) => `${mechanism}=[name=${user.username},password=${user.password}]`,
    ),
  })
  return {
    kafka,
    tls: `127.0.0.1:${ports.tls}`,
    login: `127.0.0.1:${ports.login}`,
    loginOverTls: `127.0.0.1:${ports.loginOverTls}`,
    user,
    authority: authority.certificate,
    otherAuthority: other.certificate,
  }
}

type Authority = { readonly key: string; readonly certificate: string }

async function createAuthority(folder: string, name: string): Promise<Authority> {
  const [key, certificate] = [join(folder, `${name}.key`), join(folder, `${name}.pem`)]
  const days = ['-days', '2']
  await openssl([
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-keyout',
    key,
    '-out',
    certificate,
    ...days,
    '-subj',
    `/CN=${name}`,
  ])
  return { key, certificate }
}

/** Key and certificate in one file, as Kafka reads it. */
async function createServerKey(folder: string, authority: Authority): Promise<string> {
  const at = (name: string): string => join(folder, name)
  await writeFile(at('names.txt'), 'subjectAltName=IP:127.0.0.1,DNS:localhost\n')
  await openssl([
    'req',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-keyout',
    at('server.key'),
    '-out',
    at('server.csr'),
    '-subj',
    '/CN=127.0.0.1',
  ])
  const signedBy = ['-CA', authority.certificate, '-CAkey', authority.key, '-CAcreateserial']
  const written = ['-out', at('server.pem'), '-days', '2', '-extfile', at('names.txt')]
  await openssl(['x509', '-req', '-in', at('server.csr'), ...signedBy, ...written])
  const keystore = at('keystore.pem')
  const parts = await Promise.all(['server.key', 'server.pem'].map((name) => readFile(at(name), 'utf8')))
  await writeFile(keystore, [...parts, await readFile(authority.certificate, 'utf8')].join(''))
  return keystore
}

const openssl = (args: readonly string[]): Promise<string> => runProgram('openssl', args)

function propertiesOf(keystore: string, { username, password }: SecureKafka['user']): string {
  const modules = 'org.apache.kafka.common.security'
  const logins = ['login', 'both'].flatMap((listener) => [
    `listener.name.${listener}.plain.sasl.jaas.config=${modules}.plain.PlainLoginModule required user_${username}="${password}";`,
    `listener.name.${listener}.scram-sha-256.sasl.jaas.config=${modules}.scram.ScramLoginModule required;`,
    `listener.name.${listener}.scram-sha-512.sasl.jaas.config=${modules}.scram.ScramLoginModule required;`,
  ])
  return [
    'sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512',
    'ssl.keystore.type=PEM',
    `ssl.keystore.location=${keystore}`,
    'ssl.client.auth=none',
    ...logins,
    '',
  ].join('\n')
}
