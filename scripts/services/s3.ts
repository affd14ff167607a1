/** S3-compatible storage for tests: moto from PyPI in a virtual environment of its own. */
import { existsSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { freePort, isListening, runProgram, startProgram } from './service.ts'
import type { Service } from './service.ts'

export type S3Login = { readonly keyId: string; readonly secret: string }

export type S3Service = Service & {
  /** Makes a bucket of what a folder holds; keys are the paths inside it. */
  upload(folder: string, bucket: string): Promise<void>
  /**
   * From now on keys and signatures are checked; answers a good key. moto 5.2 itself miscalculates signatures of addresses
   * with percent signs (prefixes with a slash), so that only plain names can be asked for then.
   */
  requireLogin(): Promise<S3Login>
}

const VERSION = '5.2.1'
const REGION = 'us-east-1'
/** Calls that need no key yet: they make the user whose key everything else needs. */
const BEFORE_LOGIN = '3'

export async function startS3(folder: string): Promise<S3Service> {
  const python = join(await installed(), 'bin/python')
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const { end } = await startProgram(python, ['-m', 'moto.server', '-H', '127.0.0.1', '-p', String(port)], {
    log: join(folder, 's3.log'),
    ready: () => isListening(port),
  })
  const call = (script: string, ...args: string[]): Promise<string> =>
    runProgram(python, ['-c', script, ...args], {
      env: {
        ...process.env,
        AWS_ENDPOINT_URL: url,
        AWS_DEFAULT_REGION: REGION,
        AWS_ACCESS_KEY_ID: 'anybody',
        AWS_SECRET_ACCESS_KEY: 'anything',
      },
    })
  return {
    name: 'S3 (moto)',
    version: VERSION,
    url,
    upload: async (from, bucket) => void (await call(UPLOAD, from, bucket)),
    async requireLogin() {
      await fetch(`${url}/moto-api/reset-auth`, { method: 'POST', body: BEFORE_LOGIN })
      const [keyId = '', secret = ''] = (await call(MAKE_USER)).trim().split(' ')
      return { keyId, secret }
    },
    stop: () => end(),
  }
}

/** Installed once and kept where Kafka's jars are kept. */
async function installed(): Promise<string> {
  const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'orderlens')
  const home = join(cache, `moto-${VERSION}`)
  if (existsSync(join(home, 'complete'))) return home
  await mkdir(cache, { recursive: true })
  await rm(home, { recursive: true, force: true })
  await runProgram('python3', ['-m', 'venv', home])
  await runProgram(
    join(home, 'bin/python'),
    ['-m', 'pip', 'install', '-q', `moto[s3]==${VERSION}`, 'flask', 'flask-cors'],
    { timeout: 600_000 },
  )
  await mkdir(join(home, 'making'), { recursive: true })
  await rename(join(home, 'making'), join(home, 'complete'))
  return home
}

const MAKE_USER = `
import boto3
iam = boto3.client('iam')
iam.create_user(UserName='importer')
iam.put_user_policy(UserName='importer', PolicyName='all', PolicyDocument='{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}')
key = iam.create_access_key(UserName='importer')['AccessKey']
print(key['AccessKeyId'], key['SecretAccessKey'])
`

const UPLOAD = `
import boto3, os, sys
s3 = boto3.client('s3')
folder, bucket = sys.argv[1:]
s3.create_bucket(Bucket=bucket)
for at, _, names in os.walk(folder):
    for name in names:
        path = os.path.join(at, name)
        s3.upload_file(path, bucket, os.path.relpath(path, folder))
`
