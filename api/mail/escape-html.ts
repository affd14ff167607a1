/** For text in a mail's HTML. Braces too, because MJML reads them. */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"'{}]/g, (char) => `&#${char.codePointAt(0)};`)
}
