import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { ApiError } from '#portal/api/api-error.ts'
import { client } from '#portal/api/client.ts'
import { setCsrfToken } from '#portal/api/http.ts'
import { type Permission, may as mayDo } from '#api/contract/permissions.ts'
import type { Person, Session } from '#api/contract/session.ts'

/** Who is signed in. `known` tells a first visit (not asked yet) from nobody. */
export const useSession = defineStore('session', () => {
  const person = shallowRef<Person>()
  const known = ref(false)
  const signedIn = computed(() => person.value !== undefined)
  /** Where their work begins. */
  const home = computed(() => ({ name: person.value?.role === 'agent' ? 'queue' : 'overview' }))

  function take(session: Session | undefined): void {
    person.value = session?.person
    setCsrfToken(session?.csrf_token ?? '')
    known.value = true
  }

  /** Asks the server who we are. Only its clear “nobody” counts; a lost connection is thrown on. */
  async function load(): Promise<void> {
    try {
      take(await client.session())
    } catch (cause) {
      if (cause instanceof ApiError && cause.status === 401) return take(undefined)
      throw cause
    }
  }

  async function signIn(email: string, password: string): Promise<void> {
    take(await client.signIn(email, password))
  }

  async function signOut(): Promise<void> {
    await client.signOut()
    take(undefined)
  }

  const may = (permission: Permission) => person.value !== undefined && mayDo(person.value, permission)

  return { person, known, signedIn, home, may, load, signIn, signOut, forget: () => take(undefined) }
})
