/** Finds the files a pattern names: `*`, `?`, `[…]`, `{a,b}` within a folder, `**` through folders. */
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

const SPECIAL = /[*?[\]{}]/

export const isPattern = (text: string): boolean => SPECIAL.test(text)

/** Files that match, in the order of their paths; hidden files only when the pattern names the dot. */
export async function expandGlob(pattern: string): Promise<string[]> {
  const found: string[] = []
  for (const one of braces(pattern)) {
    const parts = one.split('/')
    await walk(one.startsWith('/') ? '/' : '', parts[0] === '' ? parts.slice(1) : parts, found)
  }
  return [...new Set(found)].sort()
}

async function walk(folder: string, parts: readonly string[], found: string[]): Promise<void> {
  const [part, ...rest] = parts
  if (part === undefined) return
  if (part === '**') {
    await walk(folder, rest, found)
    for (const name of await list(folder))
      if (!name.startsWith('.') && (await isFolder(join(folder, name)))) await walk(join(folder, name), parts, found)
    return
  }
  const names = isPattern(part) ? (await list(folder)).filter((name) => matchesGlob(name, part)) : [part]
  for (const name of names) {
    const path = join(folder, name)
    if (rest.length > 0) await walk(path, rest, found)
    else if (await isFile(path)) found.push(path)
  }
}

/** One name, or one object key, against a pattern without braces; `*` stops at a slash, `**` does not. */
export function matchesGlob(name: string, pattern: string): boolean {
  if (name.startsWith('.') && !pattern.startsWith('.')) return false
  return braces(pattern).some((one) => new RegExp(`^${expression(one)}$`, 'su').test(name))
}

function expression(pattern: string): string {
  return pattern.replace(/\*\*\/?|\*|\?|\[!?[^\]]+\]|[^*?[]+|\[/g, (part) => {
    if (part === '**/') return '(?:.*/)?'
    if (part === '**') return '.*'
    if (part === '*') return '[^/]*'
    if (part === '?') return '[^/]'
    if (part.length > 2 && part.startsWith('['))
      return `[${part.slice(1, -1).replace(/^!/, '^').replace(/\\/g, '\\\\')}]`
    return part.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')
  })
}

/** `a{b,c}` → `ab`, `ac`. */
function braces(pattern: string): string[] {
  const match = /^(.*?)\{([^{}]*,[^{}]*)\}(.*)$/s.exec(pattern)
  if (match === null) return [pattern]
  const [, before = '', choices = '', after = ''] = match
  return choices.split(',').flatMap((choice) => braces(`${before}${choice}${after}`))
}

async function list(folder: string): Promise<string[]> {
  return readdir(folder === '' ? '.' : folder).catch(() => [])
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isFile() ?? false
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isDirectory() ?? false
}
