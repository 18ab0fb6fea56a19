import { describe, expect, it } from 'vitest';
import { withoutMarkerInCalendar } from '../../../../shared/mail/offload/calendar-marker.ts';

const marker = ':Email_Rxers_Code:';
const calendar = (description: string) =>
  Buffer.from(`BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nDESCRIPTION:${description}\r\nEND:VCALENDAR\r\n`);

describe('withoutMarkerInCalendar', () => {
  it('C23 gives the very same bytes when there is no marker', () => {
    const bytes = calendar('Meeting\\nin room 4');
    expect(withoutMarkerInCalendar(bytes, marker)).toBe(bytes);
  });

  it('C23 takes the list out, also where lines are folded inside the marker', () => {
    const bytes = calendar(`Grüße\\n:Email_Rxe\r\n rs_Code:[a@example.com\\,b@exa\r\n mple.com]${marker}\\nBis bald`);
    const clean = withoutMarkerInCalendar(bytes, marker).toString();
    expect(clean).not.toMatch(/Email|example\.com/i);
    expect(clean).toMatch(/^BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nDESCRIPTION:Grüße\\n/);
    expect(clean).toMatch(/Bis bald\r\nEND:VCALENDAR\r\n$/);
  });

  it('C23 folds long lines again at 75 octets, without cutting a character', () => {
    const clean = withoutMarkerInCalendar(calendar(`${'ü'.repeat(300)}${marker}a@example.com${marker}`), marker);
    const lines = clean.toString().split('\r\n');
    expect(Math.max(...lines.map((line) => Buffer.byteLength(line)))).toBeLessThanOrEqual(75);
    expect(clean.toString().replaceAll('\r\n ', '')).toContain('ü'.repeat(300));
  });
});
