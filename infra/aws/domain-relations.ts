import type { RawSettings } from '../../shared/runtime/settings.ts';
import type { Relation } from './setting-relations.ts';

const show = (value: string | undefined) => JSON.stringify(value);

/** A setting that means something only beside another one. */
export function onlyWith(name: string, isOther: (raw: RawSettings) => boolean, other: string): Relation {
  return (raw) =>
    raw[name] === undefined || isOther(raw)
      ? undefined
      : `${name} is ${show(raw[name])}: must be given together with ${other}`;
}

const makesIdentity = (raw: RawSettings) => raw.makeIdentity === 'true';
const isSet = (name: string) => (raw: RawSettings) => raw[name] !== undefined;

/** Every rule that holds between the settings of names, one line each. */
export const domainRelations: readonly Relation[] = [
  (raw) =>
    makesIdentity(raw) && raw.domain === undefined
      ? 'domain is not set: must be given together with makeIdentity, the domain whose identity is made'
      : undefined,
  onlyWith('mailFrom', makesIdentity, 'makeIdentity=true'),
  onlyWith('dmarcPolicy', makesIdentity, 'makeIdentity=true'),
  onlyWith('dmarcReports', makesIdentity, 'makeIdentity=true'),
  (raw) =>
    raw.dmarcPolicy === 'off' && raw.dmarcReports !== undefined
      ? `dmarcReports is ${show(raw.dmarcReports)}: must not be given together with dmarcPolicy=off, which makes no record`
      : undefined,
  onlyWith('deviceRotationDays', isSet('deviceSender'), 'deviceSender'),
  onlyWith('linkCertificateArn', isSet('linkDomain'), 'linkDomain'),
  (raw) =>
    raw.linkDomain !== undefined && raw.publicUrl !== undefined
      ? `publicUrl is ${show(raw.publicUrl)}: must not be given together with linkDomain, which makes https://${raw.linkDomain} the public URL`
      : undefined,
];
