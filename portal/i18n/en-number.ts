/** The page of a number that was passed on. */
export const number = {
  title: 'A number that was passed on',
  measured: 'Definition {version}, as of {time}',
  drift: 'It said {n} when it was passed on: data has moved since, or part of it is not yours to see.',
  none: 'None of its rows are here for you',
  noneHint:
    'It said {value} when it was passed on. Which rows you see depends on the channels, shops, regions and types you may see; or they have moved on since.',
  refused: 'This link to a number is not whole',
  refusedHint:
    'Links get cut when they are pasted. Copy all of it, or ask whoever sent it to choose “Copy link to this number” again.',
  redefined: 'This number has been defined anew since',
  redefinedHint:
    'The link is to the number as it was defined before, and opening it now would show another one. Ask for the number again: on its board, or from whoever sent the link.',
  now: 'It now says: {definition}',
}
