/**
 * Every way a mail, an event or a job can fail, with its RFC 3463 status: class 4 is tried again, class 5 is final.
 * The codes are a public contract: they stand in the ledger, in notices, in dead letters and in answers of the API.
 * @see RFC 3463 §3 for the meaning of the second and third number.
 */
export const errorStatus = {
  // Temporary: the same work is tried again.
  ERR_INTERNAL: '4.3.0',
  ERR_STORE_UNAVAILABLE: '4.3.0',
  ERR_STORE_CONFLICT: '4.3.0',
  ERR_BLOB_UNAVAILABLE: '4.3.0',
  ERR_BLOB_TRUNCATED: '4.3.0',
  ERR_BLOB_CORRUPT: '4.3.0',
  ERR_QUEUE_UNAVAILABLE: '4.3.0',
  ERR_TOPIC_UNAVAILABLE: '4.3.0',
  ERR_SCAN_UNAVAILABLE: '4.3.0',
  ERR_DISK_FULL: '4.3.1',
  ERR_OUT_OF_TIME: '4.3.2',
  ERR_CREDENTIALS: '4.7.0',
  ERR_SEND_BUSY: '4.2.0',
  ERR_SEND_UNREACHABLE: '4.4.1',
  ERR_SEND_UNCERTAIN: '4.4.2',
  ERR_SEND_THROTTLED: '4.4.5',
  ERR_SEND_QUOTA: '4.4.5',
  ERR_SEND_TEMPORARY: '4.4.0',
  ERR_SEND_PAUSED: '4.7.1',
  ERR_SENDER_NOT_VERIFIED: '4.7.1',
  ERR_CONFIGURATION_SET: '4.3.5',

  // Permanent: the event, the mail or the setting itself is wrong.
  ERR_SETTING: '5.3.5',
  ERR_BAD_EVENT: '5.6.0',
  ERR_BAD_JOB: '5.6.0',
  ERR_EMAIL_UNKNOWN: '5.1.1',
  ERR_ROUTE_UNKNOWN: '5.1.1',
  ERR_SOURCE_GONE: '5.3.0',
  ERR_CLIENT_ENCRYPTED: '5.7.5',
  ERR_EMPTY: '5.6.0',
  ERR_TOO_LARGE: '5.3.4',
  ERR_NO_HEADER: '5.6.0',
  ERR_PARSE: '5.6.0',
  ERR_PARSE_RESOURCE: '5.3.4',
  ERR_BOUNDARY: '5.6.0',
  ERR_BARE_CR: '5.6.0',
  ERR_TOO_MANY_PARTS: '5.6.0',
  ERR_TOO_DEEP: '5.6.0',
  ERR_HEADER_TOO_LARGE: '5.6.0',
  ERR_TRUNCATED: '5.6.0',
  ERR_NOT_CONSERVED: '5.6.0',
  ERR_ENCRYPTED: '5.7.5',
  ERR_NO_RECIPIENTS: '5.5.4',
  ERR_RECIPIENT_MISMATCH: '5.5.4',
  ERR_TOO_MANY_RECIPIENTS: '5.5.3',
  ERR_SENDER_REFUSED: '5.7.1',
  ERR_NOT_AUTHENTICATED: '5.7.1',
  ERR_VIRUS: '5.7.1',
  ERR_SPAM: '5.7.1',
  ERR_LOOP: '5.4.6',
  ERR_RATE: '5.7.28',
  ERR_BAD_ADDRESS: '5.1.3',
  ERR_HEADER_INJECTION: '5.6.0',
  ERR_SEND_REJECTED: '5.6.0',
  ERR_ATTEMPTS_SPENT: '5.4.7',
  ERR_POSSIBLE_DUPLICATE: '5.4.2',
} as const;

/** A code of the closed list above. */
export type ErrorCode = keyof typeof errorStatus;

/** The codes of class 4: what carries one is tried again. */
export type TransientCode = {
  [Code in ErrorCode]: (typeof errorStatus)[Code] extends `4.${string}` ? Code : never;
}[ErrorCode];

/** The codes of class 5: what carries one is never tried again as it is. */
export type PermanentCode = Exclude<ErrorCode, TransientCode>;
