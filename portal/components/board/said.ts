/** A shortened number as it is read aloud: as it is seen, then in full. */
export function said(seen: string, full: string | undefined): string {
  return full === undefined || full === seen ? seen : `${seen} (${full})`
}
