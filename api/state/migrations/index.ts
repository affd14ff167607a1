/** The state migrations in order. Forward only: a wrong one is corrected by the next. */
import type { Migration } from '../migrate.ts'
import { foundation } from './001_foundation.ts'
import { reports } from './002_reports.ts'
import { people } from './003_people.ts'
import { exports } from './004_exports.ts'
import { keysAndAudit } from './005_keys_and_audit.ts'
import { signIn } from './006_sign_in.ts'
import { keptFacts } from './007_kept_facts.ts'

export const migrations: readonly Migration[] = [foundation, reports, people, exports, keysAndAudit, signIn, keptFacts]
