const HERE = 'http://here.invalid'

/** An address within the portal, or its start: wherever else `next` may lead, and whatever tricks browsers read it with. */
export function returnTo(next: string | undefined): string {
  if (next === undefined || !next.startsWith('/') || !URL.canParse(next, HERE)) return '/'
  // As a browser reads it: \ is / to it, and tabs and line breaks are nothing.
  const { origin, pathname, search, hash } = new URL(next, HERE)
  const isPage = origin === HERE && !pathname.startsWith('//') && !/^\/(api|ingest)(\/|$)/.test(pathname)
  return isPage ? pathname + search + hash : '/'
}
