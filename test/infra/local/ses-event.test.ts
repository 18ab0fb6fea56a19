import { describe, expect, it } from 'vitest';
import { type DeliveredMail, toSesEvents } from '../../../infra/local/ses-event.ts';

const mail: DeliveredMail = {
  transportId: 'transport-1',
  mailFrom: 'notifications@example.com',
  rcptTo: 'a@example.com',
  emailTags: { email_id: 'abcdefgh' },
  at: new Date('2026-01-02T03:04:05.000Z'),
};

const eventsFor = (rcptTo: string) => toSesEvents({ ...mail, rcptTo }).map((text) => JSON.parse(text));

describe('toSesEvents', () => {
  it.each([
    ['a@example.com', ['Send', 'Delivery']],
    ['success@simulator.amazonses.com', ['Send', 'Delivery']],
    ['ooto@simulator.amazonses.com', ['Send', 'Delivery']],
    ['bounce@simulator.amazonses.com', ['Send', 'Bounce']],
    ['bounce+label@simulator.amazonses.com', ['Send', 'Bounce']],
    ['suppressionlist@simulator.amazonses.com', ['Send', 'Bounce']],
    ['complaint@Simulator.AmazonSES.com', ['Send', 'Delivery', 'Complaint']],
    ['bounce@example.com', ['Send', 'Delivery']],
  ])('%s gets %j', (rcptTo, types) => {
    expect(eventsFor(rcptTo).map(({ eventType }) => eventType)).toEqual(types);
  });

  it('carries the message id and the tags as lists, as SES does', () => {
    const [send] = eventsFor('a@example.com');

    expect(send).toMatchObject({
      send: {},
      mail: { messageId: 'transport-1', destination: ['a@example.com'], tags: { email_id: ['abcdefgh'] } },
    });
  });

  it('tells a suppressed address from an unknown one', () => {
    expect(eventsFor('suppressionlist@simulator.amazonses.com')[1].bounce).toMatchObject({
      bounceType: 'Permanent',
      bounceSubType: 'Suppressed',
    });
    expect(eventsFor('bounce@simulator.amazonses.com')[1].bounce.bounceSubType).toBe('General');
  });
});
