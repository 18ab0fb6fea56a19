import type { Sql } from './sql.ts';

/** A mail in the local mailbox as its table holds it; `at` in milliseconds since 1970. */
export interface MailRow {
  readonly id: string;
  readonly emailId: string;
  readonly mailFrom: string;
  readonly rcptTo: string;
  readonly subject: string;
  readonly size: number;
  readonly at: number;
}

const columns = 'id, email_id AS emailId, mail_from AS mailFrom, rcpt_to AS rcptTo, subject, size, at';

/** Stores a mail; the mail of an email id that is known is replaced and keeps its id, which is answered. */
export function putMail(sql: Sql, row: MailRow): string {
  const stored = sql.get<{ id: string }>(
    `INSERT INTO mailbox (id, email_id, mail_from, rcpt_to, subject, size, at)
     VALUES (:id, :emailId, :mailFrom, :rcptTo, :subject, :size, :at)
     ON CONFLICT (email_id) DO UPDATE SET mail_from = excluded.mail_from, rcpt_to = excluded.rcpt_to,
       subject = excluded.subject, size = excluded.size, at = excluded.at
     RETURNING id`,
    { ...row },
  );
  return stored?.id ?? row.id;
}

/** Reads the last mails, newest first. */
export function listMail(sql: Sql, { limit }: { readonly limit: number }): readonly MailRow[] {
  return sql.all(`SELECT ${columns} FROM mailbox ORDER BY seq DESC LIMIT :limit`, { limit });
}

export function readMail(sql: Sql, { id }: { readonly id: string }): MailRow | undefined {
  return sql.get(`SELECT ${columns} FROM mailbox WHERE id = :id`, { id });
}

/** Deletes mails from before a time and answers how many. */
export function sweepMail(sql: Sql, { before }: { readonly before: number }): number {
  return sql.run('DELETE FROM mailbox WHERE at < :before', { before });
}
