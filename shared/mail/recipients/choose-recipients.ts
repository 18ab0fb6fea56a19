import type { PermanentCode } from '../../errors/codes.ts';
import { canonicalAddress, domainOf, matchesAddress } from '../address.ts';
import type { FoundRecipients } from './find-recipients.ts';
import type { AddressList } from './parse-address-list.ts';

export interface RecipientRules {
  readonly maxRecipients: number;
  /** Domains that may get mail, each exactly as it is; absent: every domain. */
  readonly allowedRecipientDomains?: readonly string[];
  /** The addresses that this system receives for, exact or `*@domain`: mail to them would come back. */
  readonly monitoredAddresses: readonly string[];
}

export interface ChosenRecipients {
  readonly addresses: readonly string[];
  /** Entries that were no address, or not allowed. */
  readonly refusedCount: number;
}

export interface RefusedRecipients {
  readonly code: Extract<PermanentCode, 'ERR_NO_RECIPIENTS' | 'ERR_RECIPIENT_MISMATCH' | 'ERR_TOO_MANY_RECIPIENTS'>;
  /** One sentence for the operator; holds no address. */
  readonly reason: string;
}

/**
 * Decides whom a mail goes to. Two bodies that name different recipients are refused whole, since nobody can say which
 * one the sender saw; so is a list longer than the limit, of which no part is sent, and a body with an odd number of
 * markers, since it cannot be told what stands between two of them.
 */
export function chooseRecipients(found: FoundRecipients, rules: RecipientRules): ChosenRecipients | RefusedRecipients {
  const list = found.textList ?? found.htmlList;
  if (found.openMarker) {
    return refuse('ERR_NO_RECIPIENTS', 'a marker has no partner: it must stand before and after each recipient list');
  }
  if (list === undefined) return refuse('ERR_NO_RECIPIENTS', 'the body holds no recipient list between two markers');
  if (found.textList && found.htmlList && !sameAddresses(found.textList, found.htmlList)) {
    return refuse('ERR_RECIPIENT_MISMATCH', 'the text and the html body list different recipients');
  }
  if (list.addresses.length > rules.maxRecipients) {
    return refuse('ERR_TOO_MANY_RECIPIENTS', `the body lists more than the ${rules.maxRecipients} recipients allowed`);
  }
  return applyRules(list, rules);
}

function applyRules(list: AddressList, rules: RecipientRules): ChosenRecipients | RefusedRecipients {
  const domains =
    rules.allowedRecipientDomains && new Set(rules.allowedRecipientDomains.map((domain) => domain.toLowerCase()));
  const others = list.addresses.filter((address) => !isMonitored(address, rules.monitoredAddresses));
  const addresses = others.filter((address) => domains === undefined || domains.has(domainOf(address)));
  const refusedCount = list.refusedCount + list.addresses.length - addresses.length;
  if (addresses.length > 0) return { addresses, refusedCount };
  return refuse(
    'ERR_NO_RECIPIENTS',
    refusedCount === 0
      ? 'the recipient list in the body is empty'
      : `none of the ${refusedCount} entries of the recipient list can be sent to: no address, not an allowed domain, or an address monitored here`,
  );
}

/** Also with a tag, `user+tag@domain`, and whatever the letter case: such mail arrives here all the same. */
function isMonitored(address: string, monitored: readonly string[]): boolean {
  const at = address.lastIndexOf('@');
  const plus = address.indexOf('+');
  const plain = plus > 0 && plus < at ? address.slice(0, plus) + address.slice(at) : address;
  return monitored.some((pattern) => matchesAddress(pattern, address) || matchesAddress(pattern, plain));
}

function sameAddresses(left: AddressList, right: AddressList): boolean {
  const known = new Set(left.addresses.map(canonicalAddress));
  return (
    left.addresses.length === right.addresses.length && right.addresses.every((one) => known.has(canonicalAddress(one)))
  );
}

function refuse(code: RefusedRecipients['code'], reason: string): RefusedRecipients {
  return { code, reason };
}
