/** A key as IAM gives it once: its secret can never be read again. */
export interface AccessKey {
  readonly id: string;
  readonly secret: string;
}

/** The access keys of one IAM user, who may have two. */
export interface AccessKeys {
  /** The ids of all of them; none when the user is gone. */
  list(): Promise<readonly string[]>;
  create(): Promise<AccessKey>;
  /** Takes a key away for good; one that is gone already is no fault. */
  remove(id: string): Promise<void>;
}
