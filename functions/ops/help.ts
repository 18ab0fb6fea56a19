/** What `npx lightermail --help` shows. */
export const help = `lightermail <verb> [options]

  start                      run Lightermail on this machine: SMTP in, links, console
  send                       send a mail to the runtime that is up, to try it
    --to ADDRESS             the monitored address (capture@in.example.com)
    --recipients A,B         whom the mail is really for
    --attach FILE            a file to go with it, more than once for more (a small sample when absent)
    --subject TEXT  --text TEXT  --from ADDRESS
  status                     show queues, alarms and the last mails of the runtime that is up

  --help                     this text
  --version                  the version

Settings are environment variables: LIGHTERMAIL_SMTP_PORT (2525), LIGHTERMAIL_HTTP_PORT (8025),
LIGHTERMAIL_DATA (.lightermail), LIGHTERMAIL_ROUTES and more: see README.md.`;
