/** Exports: files of rows that are made in the background. */
export const exports = {
  title: 'Exports',
  lead: 'Files of rows, made in the background with what you may see and kept for a day.',
  empty: 'No exports yet',
  emptyHint: 'Open a number and choose “Export”: large ones are made here.',
  begun: 'The file is being made. You find it under “Exports”.',
  progress: '{rows} of {total} rows',
  waiting: 'Waits for its turn',
  rows: '{n} row | {n} rows',
  download: 'Download',
  cancel: 'Cancel',
  remove: 'Remove',
  keptUntil: 'Kept until {time}',
  asOf: 'As of {time}',
  more: 'Show older ones',
  failure: {
    not_allowed: 'Your role does not allow exports any more.',
    person_disabled: 'The account was disabled when its turn came.',
    too_large: 'This is more than the engine can hold. Choose a shorter window.',
    timed_out: 'This took too long. Choose a shorter window.',
    disk_full: 'The disk for exports is full. An administrator has to make room.',
    interrupted: 'The server ended several times while it worked on this. Ask for less at once.',
    unavailable: 'The data could not be reached. Export again shortly.',
    refused: 'This cannot be asked any more. Open the number again.',
    internal: 'Something went wrong on the server. Its log has the details.',
  },
}

/** A file that was asked for by its address and did not come. */
export const refused = {
  title: 'The file was not sent.',
  dismiss: 'Dismiss',
  hint: {
    exports:
      'Your own files are below. A file is for whoever made it: open the number it is of, and export it yourself.',
    reports: 'What was sent is below, under the report it belongs to.',
    people: 'A mail that is still to be handed over stands below, beside its person.',
  },
}
