/** What `npx lightermail <verb> --help` shows; a verb that is missing here shows the general help. */
export const verbHelp: Readonly<Record<string, string>> = {
  start: `lightermail start

Runs Lightermail on this machine until Ctrl-C: SMTP in, links and console on one web port.
Settings are environment variables; README.md lists them all.

  npx lightermail start
  LIGHTERMAIL_SMTP_PORT=2500 LIGHTERMAIL_DATA=/var/lib/lightermail npx lightermail start
  LIGHTERMAIL_SMTP_RELAY=smtp://user:password@mail.example.com:587 npx lightermail start`,

  send: `lightermail send [options]

Sends one mail to the runtime that is up, and tells what becomes of it.

  --to ADDRESS         the monitored address (capture@in.example.com)
  --recipients A,B     whom the mail is really for
  --attach FILE        a file to go with it, more than once for more (a small sample when absent)
  --subject TEXT
  --text TEXT
  --from ADDRESS       the sender (device@example.com)

  npx lightermail send --recipients ann@example.com
  npx lightermail send --recipients ann@example.com,ben@example.com --attach report.pdf --attach log.csv
  npx lightermail send --to scans@in.example.com --subject "Scan of Monday"`,

  status: `lightermail status

Shows queues, alarms that ring and the last mails of the runtime that is up.

  npx lightermail status
  LIGHTERMAIL_DATA=/var/lib/lightermail npx lightermail status`,

  doctor: `lightermail doctor [options]

Looks for what is wrong and says what to do; nothing is changed. On AWS where the environment holds the functions'
settings (LIGHTERMAIL_TABLE and the others) or --stack reads them: MX, DKIM, SPF, DMARC, identities, sandbox, pauses,
quota, suppression, receipt rules and their order, policies of bucket, topics and queues, keys, subscriptions,
dead-letter wiring, timeouts, credentials that sign links, clock, dead letters, alarms. Else on this machine: Node,
data folder, ports, certificate, routes, the runtime that is up, its SMTP port, relay, scanner, public URL.
✓ well   ! warning   ✗ error   ? could not be found out, with the permission that is lacking

  --stack NAME         read the settings from the functions of a CloudFormation stack
  --json               one JSON document: {"v","platform","counts","findings":[{"check","level","subject","finding",
                       "whatToDo"}]}; level is ok, warning, error or unknown
  --send-canary        mail the monitored address through its real MX (here: through the SMTP port), and wait until
                       the recipient's server has taken what came of it; tells at which step it got stuck
    --to ADDRESS       the recipient that the canary is given
    --from ADDRESS     the sender (the first of the route's allowedSenders that is an address)
    --route ID         the route to go along (the first)
    --wait TIME        how long (5m)

  npx lightermail doctor
  npx lightermail doctor --stack Lightermail-Pipeline --json
  npx lightermail doctor --stack Lightermail-Pipeline --send-canary --from device@example.com --to ann@example.com

Exit code 0 when no error was found, 1 when one was, 2 when not understood.`,

  redrive: `lightermail redrive [inbound|outbound|engagement|links] [options]

Shows what the dead-letter queues hold (code, age, receives; never a body), and sends it to its queues again. A letter
leaves its dead-letter queue only after its queue has it, and work that is done twice has its effect once. A failed
email whose job is redriven is attempted anew; one that may have been sent already is not.
On AWS --stack names the installation, or the environment holds the settings of its functions (LIGHTERMAIL_TABLE and
the others).

  --stack NAME         on AWS: the pipeline's stack
  --limit N            at most N letters
  --dry-run            only show
  --reason TEXT        why, for the record

  npx lightermail redrive --dry-run
  npx lightermail redrive outbound --reason "SES had paused the account"
  npx lightermail redrive inbound --limit 1`,

  replay: `lightermail replay <mailId …> | --state STATE [options]

Has mails processed again, the whole way, after the cause of their end was mended: a route, a setting, a verdict. Their
ledger takes the end back, and says who wanted it and why. Recipients who have an email already get no second one.

  --state STATE        all mails in a state: parked, stuck, quarantined, ignored, received or accepted; the newest first
  --code ERR_X         only those that ended with this code
  --since TIME         only those that came since: 90m, 36h, 7d, 2026-01-31 or 2026-01-31T08:00:00Z
  --limit N            at most N mails (500)
  --stack NAME         on AWS: the pipeline's stack
  --dry-run            only tell which
  --reason TEXT        why, for the record

  npx lightermail replay --state parked --code ERR_ROUTE_UNKNOWN --since 2h --dry-run
  npx lightermail replay --state parked --code ERR_ROUTE_UNKNOWN --since 2h --reason "route added"`,

  check: `lightermail check <file|folder…> [options]

Tells what would become of mails under today's routes, and why. Nothing is stored or sent. Reads single mails (.eml),
mbox files (split at their "From " lines) and folders with all that is in them.

  --json               one JSON object a line for each mail:
                       {"file","state","code","recipients","parts":[{"path","name","contentType","bytes","sha256",
                       "fate","reason"}],"warnings","ms"}; the third mail of an mbox is "x.mbox#3"
  --routes FILE        routes to check by (LIGHTERMAIL_ROUTES, else routes.json in the data folder, else the first route)
  --route ID           the route to check by (else the one whose address the mail names, else the first)
  --recipient ADDRESS  stands in for the recipients of the route, more than once for more
  --ses-region REGION  the mails came through SES in this region: its verdicts in their headers count

  npx lightermail check mail.eml
  npx lightermail check ~/Mail archive.mbox --json > result.jsonl
  npx lightermail check samples --route scans --recipient ann@example.com

Exit code 0 when every mail could be read, whatever becomes of it; 1 when a file could not; 2 when not understood.`,
};
