/** The public face of the event contracts. */
export {
  authTypes,
  type AuthType,
  type Envelope,
  envelopeSchema,
  orderIdOf,
  orderSubject,
  parseEventType,
} from './envelope.ts'
export type { EventContract, SubjectRule } from './contract.ts'
export { type ContractRow, contractRows, eventContracts, requiredFields } from './registry.ts'
export {
  type CanonicalEvent,
  type Outcome,
  parseEnvelope,
  parseEvent,
  type RejectReason,
  rejectReasons,
} from './parse.ts'
export { eventJsonSchema, jsonSchemaFiles } from './json-schema.ts'
