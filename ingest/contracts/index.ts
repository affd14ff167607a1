/** The public face of the event contracts. */
export { type AuthType, type Envelope, orderSubject, parseEventType } from './envelope.ts'
export type { EventContract, SubjectRule } from './contract.ts'
export { type ContractRow, contractRows, eventContracts, requiredFields } from './registry.ts'
export { type CanonicalEvent, type Outcome, parseEnvelope, parseEvent, type RejectReason } from './parse.ts'
export { eventJsonSchema, jsonSchemaFiles } from './json-schema.ts'
