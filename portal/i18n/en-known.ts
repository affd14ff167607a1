/** What the screens say about the past as it was known, in English. */
export const known = {
  label: 'As known at …',
  hint: 'Everything is worked out from what was known then. What landed or was recorded later is left out.',
  choose: 'Instant',
  apply: 'Show',
  banner: 'Shown as it was known at {time}. What became known later is left out.',
  now: 'Back to the present',
  present: 'the present',
  earlier: 'One event earlier',
  later: 'One event later',
  step: '{n} of {total}',
  chip: 'as known at {time}',
  noActions: 'This is the past: nothing can be done to it. Go back to the present to act.',
}
