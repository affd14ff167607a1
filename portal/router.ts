import { createRouter, createWebHistory } from 'vue-router'
import { onSignedOut } from './api/http.ts'
import Overview from './pages/Overview.vue'
import SignIn from './pages/SignIn.vue'
import { useSession } from './stores/session.ts'

export const router = createRouter({
  history: createWebHistory(),
  routes: [
    { path: '/', redirect: { name: 'overview' } },
    { path: '/sign-in', name: 'sign-in', component: SignIn, meta: { open: true } },
    { path: '/overview', name: 'overview', component: Overview },
    { path: '/boards/:slug', name: 'board', component: Overview },
    { path: '/queue', name: 'queue', component: () => import('./pages/Queue.vue') },
    { path: '/incidents', name: 'incidents', component: () => import('./pages/Incidents.vue') },
    { path: '/incidents/:id', name: 'incident', component: () => import('./pages/Incident.vue') },
    { path: '/orders/:id', name: 'order', component: () => import('./pages/Order.vue') },
    { path: '/number', name: 'number', component: () => import('./pages/Number.vue') },
    { path: '/reports', name: 'reports', component: () => import('./pages/Reports.vue') },
    { path: '/exports', name: 'exports', component: () => import('./pages/Exports.vue') },
    { path: '/rules', name: 'rules', component: () => import('./pages/Rules.vue') },
    { path: '/rules/calendars', name: 'calendars', component: () => import('./pages/Calendars.vue') },
    { path: '/people', name: 'people', component: () => import('./pages/People.vue') },
    { path: '/audit', name: 'audit', component: () => import('./pages/Audit.vue') },
    { path: '/keys', name: 'keys', component: () => import('./pages/Keys.vue') },
    {
      path: '/password',
      name: 'password',
      component: () => import('./pages/Password.vue'),
      meta: { open: true },
    },
    {
      path: '/password/forgotten',
      name: 'forgotten',
      component: () => import('./pages/Forgotten.vue'),
      meta: { open: true },
    },
    { path: '/data', name: 'data', component: () => import('./pages/Data.vue') },
    { path: '/:rest(.*)', name: 'not-found', component: () => import('./pages/NotFound.vue') },
  ],
  scrollBehavior: (to, from, saved) => saved ?? (to.path === from.path ? undefined : { top: 0 }) ?? false,
})

router.beforeEach(async (to) => {
  const session = useSession()
  if (!session.known) await session.load().catch(() => undefined)
  if (to.name === 'sign-in' && session.signedIn) return session.home
  if (session.signedIn || to.meta['open'] === true) return true
  return { name: 'sign-in', query: to.fullPath === '/overview' || to.fullPath === '/' ? {} : { next: to.fullPath } }
})

onSignedOut(() => {
  const { fullPath, name } = router.currentRoute.value
  useSession().forget()
  if (name !== 'sign-in') void router.push({ name: 'sign-in', query: { next: fullPath } })
})
