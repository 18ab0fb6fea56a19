import { describe, expect, it } from 'vitest';
import { readLocalConfig } from '../../../shared/runtime/local-config.ts';

const rateOf = (environment: Record<string, string>) => readLocalConfig(environment).maxSendRate;

describe('LIGHTERMAIL_MAX_SEND_RATE', () => {
  it("holds SES's usual rate for SES and what stands in for it, and none elsewhere unless it is set", () => {
    expect(rateOf({})).toBeUndefined();
    expect(rateOf({ LIGHTERMAIL_SMTP_RELAY: 'smtp://127.0.0.1:25' })).toBeUndefined();
    expect(rateOf({ LIGHTERMAIL_SES_ENDPOINT: 'http://127.0.0.1:9' })).toBe(14);
    expect(rateOf({ LIGHTERMAIL_MAX_SEND_RATE: '50' })).toBe(50);
  });

  it.each(['0', '1.5', '-3', 'fast'])('refuses %j and says what is allowed', (text) => {
    expect(() => rateOf({ LIGHTERMAIL_MAX_SEND_RATE: text })).toThrow(
      /must be a number of emails a second, 1 to 100000/,
    );
  });
});
