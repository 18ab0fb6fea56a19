import { describe, expect, it } from 'vitest';
import { toSmtpError } from '../../../../shared/adapters/mail/smtp-mail-sender-errors.ts';

describe('toSmtpError', () => {
  it('is uncertain about anything unknown after the whole mail was sent, and unreachable before', () => {
    for (const error of [undefined, 'x', new Error('x'), { code: 'EPROTOCOL' }]) {
      expect(toSmtpError(error, true).code).toBe('ERR_SEND_UNCERTAIN');
      expect(toSmtpError(error, false).code).toBe('ERR_SEND_UNREACHABLE');
    }
  });

  it('takes a mail over the announced SIZE as refused', () => {
    expect(toSmtpError({ code: 'EMESSAGE', command: 'MAIL FROM' }, false).code).toBe('ERR_SEND_REJECTED');
  });
});
