/** What the relay answers. Names and error texts are the peer's: callers compare them. */

/** Every reason that an error reply can give. */
export type RelayErrorText =
  | 'invalid request payload'
  | 'to, subject, html, and text are required'
  | 'invalid from address'
  | 'from address domain not allowed'
  | 'invalid reply_to address'
  | 'reply_to address domain not allowed'
  | 'email delivery failed'
  | 'email_id or group_id is required'
  | 'only one of email_id or group_id may be set'
  | 'group_id is required'
  | 'not found'
  | 'internal error';

/** An error reply is this and nothing else. */
export interface RelayErrorReply {
  readonly error: RelayErrorText;
}

/** Both ids are empty where sending was skipped: by the recipient filter, or because sending is switched off. */
export interface SendEmailReply {
  readonly email_id: string;
  readonly group_id: string;
}

export interface OpenedAt {
  readonly event_id: string;
  readonly opened_at: string;
}

/** One email as callers see it; times are RFC 3339, UTC. What stands behind `failed_at` the peer does not have. */
export interface EmailStatusReply {
  readonly email_id: string;
  readonly group_id: string;
  readonly to: string;
  readonly subject: string;
  readonly sent_at: string;
  readonly delivered: boolean;
  readonly delivered_at?: string;
  readonly opened: boolean;
  readonly open_count: number;
  /** The newest 500. */
  readonly opened_at_list?: readonly OpenedAt[];
  readonly last_opened_at?: string;
  readonly failed: boolean;
  readonly failed_at?: string;
  readonly bounced: boolean;
  readonly complained: boolean;
  readonly clicked: boolean;
  readonly click_count: number;
  readonly status: string;
  readonly status_reason?: string;
}

/** Counts over a group: `opened` counts open events, `unique_opened` emails with at least one. */
export interface EngagementReply {
  readonly group_id: string;
  readonly total_sent: number;
  readonly delivered: number;
  readonly opened: number;
  readonly unique_opened: number;
  readonly failed: number;
}

/** Where the relay listens, and the queue group in which its processes share the requests. */
export interface RelaySubjects {
  readonly sendEmail: string;
  readonly emailStatus: string;
  readonly engagement: string;
  readonly queueGroup: string;
}

/** @param prefix `lfx.email-service` unless set otherwise */
export function toRelaySubjects(prefix: string): RelaySubjects {
  return {
    sendEmail: `${prefix}.send_email`,
    emailStatus: `${prefix}.get_email_status`,
    engagement: `${prefix}.get_email_engagement_analytics`,
    queueGroup: `${prefix}.queue`,
  };
}
