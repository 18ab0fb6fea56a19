/** What a device is set up with. */
export interface SmtpCredentials {
  readonly host: string;
  readonly port: number;
  /** The id of an access key; empty before the first rotation. */
  readonly username: string;
  readonly password: string;
}

/** Where a version of the secret is on its way: on which labels it has. */
export type VersionStage = 'pending' | 'current' | 'unknown';

/** The secret that holds the credentials, version by version. */
export interface CredentialSecret {
  readStage(version: string): Promise<VersionStage>;
  readCurrent(): Promise<SmtpCredentials>;
  /** `undefined` when the version has no value yet. */
  readPending(version: string): Promise<SmtpCredentials | undefined>;
  writePending(version: string, credentials: SmtpCredentials): Promise<void>;
  /** Makes the version the current one; the one that was current becomes the previous one. */
  promote(version: string): Promise<void>;
}
