/** The question behind a number that was passed on, as long as the number is still defined as it was. */
import type { Door } from '#transforms/query/door.ts'
import { ApiError } from '../../errors.ts'
import type { Described, Descriptors } from './descriptors.ts'

export async function drillOfDescriptor(
  descriptor: string,
  { door, descriptors }: { door: Pick<Door, 'catalogue'>; descriptors: () => Promise<Descriptors> },
): Promise<Described['drill']> {
  const { version, drill } = (await descriptors()).read(descriptor)
  const card = door.catalogue().metrics.find(({ name }) => name === drill.metric)
  if (card?.version !== version)
    throw new ApiError('conflict', `${drill.metric} has been defined anew since; ask for the number again`, {
      reason: 'metric_redefined',
      parts: { metric: drill.metric },
    })
  return drill
}
