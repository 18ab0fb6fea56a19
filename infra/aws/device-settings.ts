import { address, wholeNumber } from './setting-values.ts';

/** Secrets Manager's longest time between two rotations. @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RotationRulesType.html */
const mostRotationDays = 1000;

/** The settings of devices' SMTP credentials, as text in. */
export const deviceSettings = {
  /** The one address that devices send from. */
  deviceSender: address.optional(),
  /** Absent: rotated by hand only, since devices may have to be set up by hand. */
  deviceRotationDays: wholeNumber(1, mostRotationDays).optional(),
};
