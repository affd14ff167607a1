/** From what somebody typed (paths, patterns, S3 addresses) to the files that are meant. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import type { S3Config } from './config.ts'
import { FileError, shown } from './errors.ts'
import { expandGlob, isPattern } from './glob.ts'
import { type FileFormat, type FileKind, kindOfName } from './kinds.ts'
import { type S3Object, listObjects, nameOf, parseS3 } from './s3.ts'

export type InputFile = FileKind & {
  /** As messages name it. */
  readonly shownAs: string
  /** The last part of its topic: the file's name, or the object's key. */
  readonly name: string
  readonly bytes: number
  readonly place: { readonly kind: 'local'; readonly path: string } | { readonly kind: 's3'; readonly object: S3Object }
  /** Changes when the content does. */
  epoch(): Promise<string>
}

export type LocateOptions = { readonly s3: S3Config; readonly format?: FileFormat }

/** The files in the order they were named, each once. Throws for anything that names none. */
export async function locateFiles(inputs: readonly string[], options: LocateOptions): Promise<InputFile[]> {
  const found = new Map<string, InputFile>()
  for (const input of inputs) {
    const files = /^(?:s3|https?):\/\//.test(input) ? await inStorage(input, options) : await onDisk(input, options)
    for (const file of files) found.set(file.shownAs, file)
  }
  return [...found.values()]
}

async function inStorage(address: string, { s3, format }: LocateOptions): Promise<InputFile[]> {
  const place = parseS3(address, s3)
  const objects = await listObjects(place, s3)
  if (objects.length === 0)
    throw new FileError(
      'NO_MATCH',
      `no object matches ${shown(nameOf(place), 300)}. A key is matched as a whole; * stops at a slash, ** does not.`,
    )
  return objects.map((object) => {
    if (object.bytes === 0) throw new FileError('FILE_EMPTY', `${nameOf(object)} is empty.`)
    return {
      ...kindOfName(object.key, format),
      shownAs: nameOf(object),
      name: object.key,
      bytes: object.bytes,
      place: { kind: 's3', object },
      epoch: () => Promise.resolve(`${object.etag}-${object.bytes}`),
    }
  })
}

async function onDisk(input: string, { format }: LocateOptions): Promise<InputFile[]> {
  // A name that is there is meant as it stands, whatever characters it has.
  const isThere = (await stat(input).catch(() => null)) !== null
  const paths = isThere || !isPattern(input) ? [input] : await expandGlob(input)
  if (paths.length === 0)
    throw new FileError(
      'NO_MATCH',
      `no file matches ${shown(input, 300)}. Quote the pattern, so that the shell does not change it; ** goes into folders.`,
    )
  return Promise.all(paths.map((path) => localFile(path, format)))
}

async function localFile(path: string, format?: FileFormat): Promise<InputFile> {
  const entry = await stat(path).catch((cause: unknown) => {
    const code = (cause as { code?: unknown }).code
    const why = code === 'EACCES' ? 'may not be read by this user' : 'is not there'
    throw new FileError(
      'FILE_NOT_FOUND',
      `${shown(path, 300)} ${why}. Looked for it at ${shown(resolve(path), 300)}.`,
      { cause },
    )
  })
  if (entry.isDirectory()) {
    const names = (await readdir(path)).sort()
    throw new FileError(
      'IS_FOLDER',
      `${shown(path, 300)} is a folder. Name the files, for example '${shown(path.replace(/\/+$/, ''), 200)}/*.csv'. It holds ${names.length === 0 ? 'nothing' : shown(names.slice(0, 8).join(', '), 300)}.`,
    )
  }
  if (!entry.isFile())
    throw new FileError(
      'FILE_NOT_FOUND',
      `${shown(path, 300)} is not a regular file: it must be possible to read it twice.`,
    )
  if (entry.size === 0) throw new FileError('FILE_EMPTY', `${shown(path, 300)} is empty (0 bytes).`)
  return {
    ...kindOfName(basename(path), format),
    shownAs: path,
    name: basename(path),
    bytes: entry.size,
    place: { kind: 'local', path: resolve(path) },
    epoch: () => contentHash(path),
  }
}

async function contentHash(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer)
  return hash.digest('hex').slice(0, 16)
}
