/** Finds the files of a data set in a folder. */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type OlistFile, ignoredStems, olistFiles } from '#ingest/mappings/olist/files.ts'
import { ImportError } from './errors.ts'

export type FoundFile = { readonly file: OlistFile; readonly stem: string; readonly path: string }
export type OlistFolder = { readonly found: readonly FoundFile[]; readonly notes: readonly string[] }

/** Without the orders file there is nothing to import; every other file may be missing, with a note of what lacks then. */
export async function findOlistFiles(folder: string): Promise<OlistFolder> {
  const names = await listFolder(folder)
  const found: FoundFile[] = []
  const notes: string[] = []
  for (const file of olistFiles) {
    const hits = candidates(file).filter(({ name }) => names.includes(name))
    const [taken, ...others] = hits
    if (taken === undefined) notes.push(`${file.stems[0]}.csv is not there: ${lack[file.name]}`)
    else found.push({ file, stem: taken.stem, path: join(folder, taken.name) })
    for (const other of others) notes.push(`${other.name} is left aside, ${taken?.name} is read`)
  }
  if (!found.some(({ file }) => file.name === 'orders')) {
    throw new ImportError(
      'FILE_MISSING',
      `${folder} has no olist_orders_dataset.csv (or .csv.gz). Expected the folder of the Olist data set; found ${names.length === 0 ? 'nothing' : names.slice(0, 12).join(', ')}.`,
    )
  }
  for (const stem of ignoredStems)
    if (names.some((name) => name.startsWith(`${stem}.csv`))) notes.push(`${stem} is not read: no event refers to it`)
  return { found, notes }
}

async function listFolder(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort()
  } catch (cause) {
    throw new ImportError(
      'FOLDER_NOT_FOUND',
      `cannot read the folder ${folder} (${String((cause as { code?: unknown }).code)}). Give the folder that holds the Olist CSV files.`,
      { cause },
    )
  }
}

function candidates(file: OlistFile): { stem: string; name: string }[] {
  return file.stems.flatMap((stem) => [`${stem}.csv`, `${stem}.csv.gz`].map((name) => ({ stem, name })))
}

const lack: Readonly<Record<(typeof olistFiles)[number]['name'], string>> = {
  customers: 'orders will have no buyer and no region',
  sellers: 'items will have no seller region',
  products: 'items will have no category',
  category_translation: 'categories stay in Portuguese',
  orders: 'nothing can be imported',
  order_items: 'orders will have no items',
  order_payments: 'orders will have no payments',
  order_reviews: 'orders will have no reviews',
}
