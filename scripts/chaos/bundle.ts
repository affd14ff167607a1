/** The ingester as one file of plain JavaScript: loading its sources anew took more than half of a short life. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'vite'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const NAME = 'ingester'

export type Bundle = { readonly program: string; remove(): Promise<void> }

/** It lies inside the project, because packages are found from there. */
export async function bundleIngester(): Promise<Bundle> {
  await mkdir(join(ROOT, '.cache'), { recursive: true })
  const outDir = await mkdtemp(join(ROOT, '.cache', 'chaos-'))
  await build({
    configFile: false,
    root: ROOT,
    logLevel: 'warn',
    // SQL lies beside the sources.
    plugins: [
      {
        name: 'place-of-source',
        transform: (code, id) =>
          code.includes('import.meta.url')
            ? code.replaceAll('import.meta.url', JSON.stringify(pathToFileURL(id).href))
            : null,
      },
    ],
    build: {
      ssr: fileURLToPath(new URL('ingester.ts', import.meta.url)),
      outDir,
      target: 'node20',
      minify: false,
      emptyOutDir: false,
      rollupOptions: { output: { entryFileNames: `${NAME}.mjs` } },
    },
  })
  return { program: join(outDir, `${NAME}.mjs`), remove: () => rm(outDir, { recursive: true, force: true }) }
}
