/**
 * Nothing of one machine and nothing secret stands in the repository.
 *
 * To fix: take paths as arguments or build them from `import.meta.dirname`; take secrets from the environment; use
 * `example.com` addresses in examples. Package downloads are the reader's registry's business, so no host is named.
 */
import { expect, test } from 'vitest'
import { projectFiles, readProjectFile } from './project.ts'

const textFiles = projectFiles.filter((path) => !/\.(png|ico|ttf|woff2?|gz|arrow)$/.test(path))

const forbidden: Record<string, RegExp> = {
  'a path of one machine': /(?<![\w.@-])\/(?:hom[e]|User[s]|roo[t]|wor[k])\/[a-z]\w*/,
  'a package registry': /https?:\/\/[\w.-]*(?:registr[y]|npmjs|npmmirror|artifactory|nexus)[\w.-]*\//,
  'a private key': /-----BEGIN [A-Z ]*PRIVATE KE[Y]-----/,
  'an access token': /\b(?:AKIA[0-9A-Z]{16}|gh[pousr]_\w{30,}|xox[baprs]-[\w-]{10,}|sk_live_\w{10,}|npm_\w{36})\b/,
}

test.each(Object.entries(forbidden))('no file contains %s', (_what, pattern) => {
  const found = textFiles.flatMap((path) => {
    const match = pattern.exec(readProjectFile(path))
    return match === null ? [] : [`${path}: ${match[0]}`]
  })
  expect(found).toEqual([])
})
