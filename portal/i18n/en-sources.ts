/** What the portal says about sources that are silent and about rules that wait for them. */
export const sources = {
  label: 'Silent sources',
  silent: '{source} has been silent since {since}; usually it speaks at least every {usual}.',
  catching_up: '{source} speaks again, but of what is past; it was silent from {since} on.',
  given_up: '{source} has been silent since {since}. Rules judge without it again.',
  paused: 'Not judged meanwhile: {rules}. What was found before stays.',
  open: 'All sources',
  more: 'and {n} more',
  orderSilent: 'Not judged since {until}: {source} is silent',
  orderQuiet: 'Not judged since {until}: {source} is quieter than usual',
  orderCatchingUp: 'Not judged since {until}: {source} is catching up',
}
