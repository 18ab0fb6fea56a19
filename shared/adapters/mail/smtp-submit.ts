import { createTransport } from 'nodemailer';

/** Where a mail is handed in, and as whom. */
export interface SubmitEndpoint {
  readonly host: string;
  readonly port: number;
  /** PEM: the one certificate that is trusted; without it the machine's own authorities are. */
  readonly certificate?: string;
  readonly credentials?: { readonly user: string; readonly password: string };
}

/** A mail as a person writes it. */
export interface SubmittedMail {
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly files: readonly SubmittedFile[];
}

export interface SubmittedFile {
  readonly fileName: string;
  /** A path on this machine, read while it is sent, or the bytes themselves. */
  readonly source: { readonly path: string } | { readonly bytes: Uint8Array };
}

/** A server on the same machine answers in milliseconds, but may store 40 MB first. */
const connectMs = 10_000;
const answerMs = 60_000;

/**
 * Hands one mail to an SMTP server, as a mail program does, and gives the server's last answer.
 * Throws nodemailer's error, whose `response` holds the answer, when the server does not take the mail.
 * @see RFC 5321
 */
export async function submitMail(endpoint: SubmitEndpoint, mail: SubmittedMail): Promise<string> {
  const { host, port, certificate, credentials } = endpoint;
  const transport = createTransport({
    host,
    port,
    secure: false,
    requireTLS: true,
    connectionTimeout: connectMs,
    greetingTimeout: connectMs,
    socketTimeout: answerMs,
    // The pinned certificate is made for localhost, whatever address the server listens on.
    ...(certificate === undefined ? {} : { tls: { ca: [certificate], checkServerIdentity: () => undefined } }),
    ...(credentials === undefined ? {} : { auth: { user: credentials.user, pass: credentials.password } }),
  });
  try {
    const { response } = await transport.sendMail({
      from: mail.from,
      to: mail.to,
      subject: mail.subject,
      text: mail.text,
      attachments: mail.files.map(({ fileName, source }) => ({
        filename: fileName,
        ...('path' in source ? { path: source.path } : { content: Buffer.from(source.bytes) }),
      })),
      disableUrlAccess: true,
    });
    return response;
  } finally {
    transport.close();
  }
}
