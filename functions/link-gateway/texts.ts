/** Every text that a recipient can see, in one place for translation. `{name}`, `{size}` and `{until}` are filled in. */
export const texts = {
  language: 'en',
  brand: 'Lightermail',
  unknown: {
    title: 'This link leads nowhere',
    lead: 'There is no file behind this address.',
    advice:
      'Mail programs sometimes break long addresses in two. Open the link straight from the mail, or ask the sender to send the file again.',
  },
  expired: {
    title: 'This link has expired',
    lead: 'The file was available until {until}.',
    advice: 'Answer the mail that brought you here and ask for the file to be sent again.',
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
