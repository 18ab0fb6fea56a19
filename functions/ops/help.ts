/** What `npx lightermail --help` shows. */
export const help = `lightermail <verb> [options]

  start                      run Lightermail on this machine: SMTP in, links, console
  send                       send a mail to the runtime that is up, to try it
    --to ADDRESS             the monitored address (capture@in.example.com)
    --recipients A,B         whom the mail is really for
    --attach FILE            a file to go with it, more than once for more (a small sample when absent)
    --subject TEXT  --text TEXT  --from ADDRESS
  check FILE|FOLDER…         tell what would become of mails, and why; nothing is stored or sent
  status                     show queues, alarms and the last mails of the runtime that is up

  links <link>               show what was done with a link; --mail MAILID: what each recipient of a mail did
  revoke <link>              withdraw a link; --everyone: the file for all recipients of its mail;
                             or --mail MAILID, --recipient ADDRESS, or both, instead of a link
  renew <link>               open a link again under its own URL (same choices as revoke); --for 36h
  remind <link>              mail the recipient once more of what is not fetched, once for each mail (or --mail MAILID)
  replace <link> --file F    swap the bytes behind a link for all recipients; --keep-name
    --reason TEXT            why, for the record (revoke, renew, replace)
                             <link> is the whole URL, its token, or its id

  doctor                     look for what is wrong, here or on AWS, and say what to do; nothing is changed
    --stack NAME             on AWS, by the name of the pipeline's stack;  --json
    --send-canary --to ADDR  also mail the monitored address, and wait until ADDR has what comes of it
  redrive [QUEUE]            show what the dead-letter queues hold, and send it to its queues again
    --limit N  --dry-run     at most N letters; only show
  replay <mailId …>          have mails processed again, once the cause of their end is mended;
    --state parked           or all of a state, with --code ERR_X --since 2h --limit N;  --dry-run
    --reason TEXT            why, for the record (redrive, replay);  --stack NAME: on AWS

  suppression list [ADDRESS] show whom nothing more is sent to, or who changed that for one address
  suppression add ADDRESS    send nothing more; suppression remove ADDRESS: send again
    --class CLASS            all (default), transactional, mailing_list or bulk;  --reason TEXT

  --help                     this text; after a verb: its options and examples
  --version                  the version

Settings are environment variables: LIGHTERMAIL_SMTP_PORT (2525), LIGHTERMAIL_HTTP_PORT (8025),
LIGHTERMAIL_DATA (.lightermail), LIGHTERMAIL_ROUTES and more: see README.md.`;
