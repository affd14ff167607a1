/** The contracts as JSON Schema (draft 2020-12), for producers in any language. */
import { z } from 'zod'
import { envelopeSchema } from './envelope.ts'
import { eventContracts } from './registry.ts'

export type JsonSchema = Record<string, unknown>

/** The schema of a whole message of one event type, or undefined for a type we do not know. */
export function eventJsonSchema(type: string): JsonSchema | undefined {
  const contract = eventContracts.get(type)
  if (contract === undefined) return undefined
  const subject = contract.subject === 'order' ? { subject: z.string().regex(/^order\/.+$/) } : {}
  const message = envelopeSchema.extend({ type: z.enum([type, `${type}.v1`]), ...subject, data: contract.data })
  return { ...z.toJSONSchema(message, { io: 'input' }), title: type, examples: [contract.example] }
}

/** One schema file per event type: file name → content. */
export function jsonSchemaFiles(): Map<string, string> {
  const files = new Map<string, string>()
  for (const type of eventContracts.keys()) {
    files.set(`${type}.schema.json`, `${JSON.stringify(eventJsonSchema(type), null, 2)}\n`)
  }
  return files
}
