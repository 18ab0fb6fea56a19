/**
 * Every text that a recipient can see, in one place for translation. `{…}` is filled in; a text with a number has a
 * form for one and a form for more.
 */
export const texts = {
  language: 'en',
  brand: 'Lightermail',
  promise: 'This page sets no cookies and loads nothing from other sites.',
  told: 'The sender can see whether the file was fetched.',

  file: {
    title: 'A file for you',
    titleFrom: '{sender} sent you a file',
    download: 'Download',
    downloadLabel: 'Download {name}, {size}',
    until: 'Available until',
    sender: 'From',
    checksum: 'SHA-256',
    leftOne: 'This link gives the file once more.',
    leftMany: 'This link gives the file {count} more times.',
    preview: 'Preview of {name}',
    othersTitle: 'All files of this mail',
    archive: 'Download all {count} as zip',
    archiveLabel: 'Download all {count} files as one zip archive, {size}',
    newTime: 'The sender has replaced this file since the mail was sent.',
  },

  types: {
    image: 'Image',
    audio: 'Audio',
    video: 'Video',
    text: 'Text',
    pdf: 'PDF document',
    document: 'Document',
    table: 'Spreadsheet',
    slides: 'Presentation',
    archive: 'Archive',
    other: 'File',
  },

  ask: {
    button: 'Ask for a new link',
    hint: 'The people who run this service are told. Nothing else is sent.',
  },

  back: 'Back to the file',
  again: 'Look again',
  archiveReady: 'Download zip',

  unknown: {
    title: 'This link leads nowhere',
    lead: 'There is no file behind this address.',
    advice:
      'Mail programs sometimes break long addresses in two. Open the link straight from the mail, or ask the sender to send the file again.',
  },
  expired: {
    title: 'This link has expired',
    lead: 'The file was available until {until}.',
    advice: 'If you still need it, ask for a new link here, or answer the mail that brought you here.',
  },
  revoked: {
    title: 'This link was withdrawn',
    lead: 'The sender has taken the file back.',
    advice: 'If you still need it, answer the mail that brought you here.',
  },
  gone: {
    title: 'This file is no longer kept',
    lead: 'Its storage time is over, so it was deleted.',
    advice: 'Answer the mail that brought you here and ask for the file to be sent again.',
  },
  spent: {
    title: 'All downloads are used up',
    lead: 'This link gives its file only a limited number of times, and that number is reached.',
    advice: 'If the file did not arrive, ask for a new link here, or answer the mail that brought you here.',
  },
  scanning: {
    title: 'The file is being checked',
    lead: 'A scanner looks for malware in it. That mostly takes less than a minute.',
    advice: 'Look again in a moment. Your link stays valid.',
  },
  infected: {
    title: 'This file was stopped',
    lead: 'A scanner found malware in it, so it is not given to anyone.',
    advice: 'Tell the sender: the device or the account that sent it may be affected.',
  },
  unscannable: {
    title: 'This file could not be checked',
    lead: 'It is encrypted or of a form that the scanner cannot open, and such files are not given out here.',
    advice: 'Answer the mail that brought you here and ask for the file in another form.',
  },
  stale: {
    title: 'This download has ended',
    lead: 'A download can be resumed for 15 minutes after it was started.',
    advice: 'Start it again from the page of the file.',
  },
  asked: {
    title: 'Your request is on its way',
    lead: 'The people who run this service were told that you need a new link.',
    advice: 'When the link is renewed, the address in your mail works again. There is no need to ask twice.',
  },
  packing: {
    title: 'The files are being packed',
    lead: 'They are put into one zip archive. That mostly takes a few seconds.',
    advice: 'Look again in a moment.',
  },
  packed: {
    title: 'The archive is ready',
    lead: 'All files of this mail that your link may give are in it.',
    advice: '',
  },
  unpackable: {
    title: 'These files cannot be packed',
    lead: 'One of them is no longer available, or there is only one left.',
    advice: 'Download the files one by one from the links in the mail.',
  },
  limited: {
    title: 'Too many requests',
    lead: 'This address was asked for very often in a short time.',
    advice: 'Wait a minute and try again. Your link stays valid.',
  },
  refused: {
    title: 'This link no longer works',
    lead: 'It has expired, or the address is not complete.',
    advice:
      'Open the link straight from the mail. If it still does not work, answer the mail and ask for the file to be sent again.',
  },
  unavailable: {
    title: 'One moment, please',
    lead: 'The file cannot be reached right now.',
    advice: 'Nothing is lost and your link stays valid. Try again in a minute.',
  },
} as const;

/** A text with its `{…}` filled in. */
export function fill(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => (Object.hasOwn(values, name) ? `${values[name]}` : whole));
}
