import type { PlatformSettings } from '../../shared/ports/platform.ts';

export const testSettings: PlatformSettings = {
  rawPrefix: 'raw/',
  publicUrl: 'http://127.0.0.1:8025',
  linkDelivery: 'stream',
  maxSendAttempts: 5,
  uncertainSeconds: 900,
  whenUncertain: 'resend',
  maxMailBytes: 40 * 1024 * 1024,
  inboundMaxReceiveCount: 5,
  outboundMaxReceiveCount: 20,
};
